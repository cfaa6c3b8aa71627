"use strict";
// Draws the scenes and curves of the report from the payload beside it. Nothing is loaded.
(() => {
  const page = document.documentElement;
  const data = JSON.parse(document.getElementById("payload").textContent);
  const byId = (id) => document.getElementById(id);
  // Fine enough for smooth edges, coarse enough for machines that draw without a graphics card.
  const options = { displayModeBar: false, responsive: true, scrollZoom: false,
    plotGlPixelRatio: Math.max(1.5, Math.min(window.devicePixelRatio, 2)) };
  const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
  const radians = Math.PI / 180;

  const ISOTHERM = /^isotherm_(\d+)C$/;
  const STEP_DEGREES = 12, ZOOM_STEP = 1.25, ZOOM_RANGE = [0.25, 5], STEEPEST = 88;
  const SAME_TIME_S = 1e-3; // times are rounded, or in single precision
  const NAME_PX = 20; // a bone's name keeps from the scene's edge
  const FRAME_MS = 350, CALM_FRAME_MS = 1500;
  const VIEWS = { behind: [90, 0], side: [0, 0], right_side: [180, 0], above: [90, STEEPEST] };

  const start = { azimuth: data.camera.azimuth, elevation: data.camera.elevation, zoom: 1, center: { x: 0, y: 0, z: 0 } };
  const state = { ...start, time: data.times.length - 1, criterion: Object.keys(data.criteria)[0], shown: {} };

  // --- camera -------------------------------------------------------------------------------------------------------

  function direction() {
    const [a, e] = [state.azimuth * radians, state.elevation * radians];
    return { x: Math.cos(e) * Math.cos(a), y: Math.cos(e) * Math.sin(a), z: Math.sin(e) };
  }

  // The picture of a parallel projection is two units high, and the cube drawn is `side` units wide.
  const side = () => state.zoom * 4 * data.camera.half_size_mm / data.camera.height_mm;

  function camera() {
    const towards = direction(), c = state.center, away = side();
    return {
      eye: { x: c.x + away * towards.x, y: c.y + away * towards.y, z: c.z + away * towards.z },
      center: { ...c }, up: { x: 0, y: 0, z: 1 }, projection: { type: "orthographic" },
    };
  }

  const aspect = () => ({ x: side(), y: side(), z: side() });

  function adopt(found) {
    const c = found.center, v = { x: found.eye.x - c.x, y: found.eye.y - c.y, z: found.eye.z - c.z };
    state.center = { ...c };
    state.azimuth = Math.atan2(v.y, v.x) / radians;
    state.elevation = Math.asin(v.z / Math.hypot(v.x, v.y, v.z)) / radians;
  }

  function look(except) {
    for (const scene of scenes) {
      drawTriad(scene.triad);
      drawBar(scene);
      drawNames(scene);
      // Not yet drawn: the first drawing takes the camera as it is then.
      if (scene === except || !scene.div._fullLayout?.scene?._scene) continue;
      Plotly.relayout(scene.div, { "scene.camera": camera(), "scene.aspectratio": aspect() });
    }
    if (drawing) refresh(); // its layout may be of an earlier camera
  }

  let waiting = false;
  function follow(scene, event) {
    if (!event["scene.camera"] || scene !== grabbed) return;
    adopt(event["scene.camera"]);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; look(scene); });
  }

  const ACTS = {
    left: () => { state.azimuth -= STEP_DEGREES; },
    right: () => { state.azimuth += STEP_DEGREES; },
    up: () => { state.elevation = Math.min(state.elevation + STEP_DEGREES, STEEPEST); },
    down: () => { state.elevation = Math.max(state.elevation - STEP_DEGREES, -STEEPEST); },
    in: () => { state.zoom = Math.min(state.zoom * ZOOM_STEP, ZOOM_RANGE[1]); },
    out: () => { state.zoom = Math.max(state.zoom / ZOOM_STEP, ZOOM_RANGE[0]); },
    start: () => { Object.assign(state, start); },
  };
  for (const [name, [azimuth, elevation]] of Object.entries(VIEWS)) {
    ACTS[name] = () => { Object.assign(state, { azimuth, elevation }); };
  }
  const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
    "+": "in", "=": "in", "-": "out", "0": "start", Home: "start" };

  function drawTriad(svg) {
    const [a, t] = [state.azimuth * radians, direction()];
    const right = { x: -Math.sin(a), y: Math.cos(a), z: 0 };
    const up = { x: t.y * right.z - t.z * right.y, y: t.z * right.x - t.x * right.z, z: t.x * right.y - t.y * right.x };
    const dot = (p, q) => p.x * q.x + p.y * q.y + p.z * q.z;
    const ends = { L: [1, 0, 0], R: [-1, 0, 0], P: [0, 1, 0], A: [0, -1, 0], S: [0, 0, 1], I: [0, 0, -1] };
    let parts = "";
    for (const [letter, [x, y, z]] of Object.entries(ends)) {
      const axis = { x, y, z }, across = dot(axis, right), above = dot(axis, up);
      if (dot(axis, t) < -0.3 || Math.hypot(across, above) < 0.3) continue;
      const [h, v] = [across * 30, -above * 30];
      parts += `<line x1="0" y1="0" x2="${h.toFixed(1)}" y2="${v.toFixed(1)}"/>` +
        `<text x="${(h * 1.4).toFixed(1)}" y="${(v * 1.4).toFixed(1)}">${letter}</text>`;
    }
    svg.innerHTML = parts;
  }

  // Names of bones, each at a mark that is seen from the side looked from; where its bone is not shown, none.
  function drawNames({ arm, names, stage }) {
    const { azimuth_step: step, elevations } = data.sides;
    const a = state.azimuth * radians, t = direction(), c = state.center, perUnit = 2 * data.camera.half_size_mm / side();
    const right = { x: -Math.sin(a), y: Math.cos(a), z: 0 };
    const up = { x: t.y * right.z - t.z * right.y, y: t.z * right.x - t.x * right.z, z: t.x * right.y - t.y * right.x };
    const dot = (p, q) => p.x * q.x + p.y * q.y + p.z * q.z, pxPerMm = stage.clientHeight * state.zoom / data.camera.height_mm;
    const count = 360 / step, turn = ((Math.round(state.azimuth / step) % count) + count) % count;
    const off = elevations.map((elevation) => Math.abs(elevation - state.elevation)), nearest = off.indexOf(Math.min(...off));
    const [halfWidth, halfHeight] = [stage.clientWidth / 2, stage.clientHeight / 2];
    names.replaceChildren(...(state.shown.bone === false ? [] : arm.bones).flatMap(({ name, marks, seen }) => {
      const places = seen[nearest * count + turn].map((n) => {
        const p = { x: marks[n][0] - c.x * perUnit, y: marks[n][1] - c.y * perUnit, z: marks[n][2] - c.z * perUnit };
        return [dot(p, right) * pxPerMm, -dot(p, up) * pxPerMm];
      });
      const place = places.find(([x, y]) => Math.abs(x) < halfWidth - NAME_PX && Math.abs(y) < halfHeight - NAME_PX);
      if (!place) return [];
      const written = document.createElement("span");
      written.textContent = name;
      [written.style.left, written.style.top] = [`${halfWidth + place[0]}px`, `${halfHeight + place[1]}px`];
      return [written];
    }));
  }

  // A bar of a round length, true at every depth of the parallel projection.
  function drawBar({ bar, stage }) {
    const { bar_lengths_mm: lengths, bar_share: share, height_mm: height } = data.camera;
    const pxPerMm = stage.clientHeight * state.zoom / height;
    const length = lengths.findLast((mm) => mm * pxPerMm <= share * stage.clientWidth) || lengths[0];
    bar.style.width = `${length * pxPerMm}px`;
    bar.textContent = `${length} mm`;
  }

  // --- what the scenes hold -----------------------------------------------------------------------------------------

  function layout() {
    const axis = { range: [-data.camera.half_size_mm, data.camera.half_size_mm], visible: false, showspikes: false };
    return {
      margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "white", showlegend: false, hovermode: false,
      scene: { xaxis: axis, yaxis: axis, zaxis: axis, aspectmode: "manual", aspectratio: aspect(), camera: camera(),
        dragmode: "turntable", bgcolor: "white" },
    };
  }

  function place(arm) {
    const now = data.times[state.time];
    return arm.times.reduce((best, time, index) => (time <= now + SAME_TIME_S ? index : best), 0);
  }

  function growing(arm, group, index) {
    const isotherm = ISOTHERM.exec(group);
    return (isotherm ? arm.isotherms[isotherm[1]] : arm.lesions[state.criterion])?.[index];
  }

  const TYPES = { f4: Float32Array, u2: Uint16Array };
  const decode = ({ bdata, dtype }) => new TYPES[dtype](Uint8Array.from(atob(bdata), (c) => c.charCodeAt(0)).buffer);

  // 1 at the corners of a nerve's mesh that the lesion holds by now, 0 elsewhere.
  function held(nerve, now) {
    const capture = nerve.capture[state.criterion]; // none where no lesion was asked for
    const since = capture && decode(capture);
    return Float32Array.from(decode(nerve.station), (station) => Number(since?.[station] <= now + SAME_TIME_S));
  }

  function traces(arm) {
    const index = place(arm), now = arm.times[index];
    let nerve = 0;
    return [...data.shared, ...arm.traces].map((trace) => {
      const shown = { ...trace, visible: state.shown[trace.meta] !== false };
      if (trace.meta === "nerve") {
        shown.intensity = held(arm.nerves[nerve], now);
        nerve += 1;
      } else if (trace.meta === "lesion" || ISOTHERM.test(trace.meta)) {
        const mesh = growing(arm, trace.meta, index);
        Object.assign(shown, mesh || {}, { visible: shown.visible && Boolean(mesh) });
        if (trace.meta === "lesion") shown.color = data.colours[state.criterion];
      }
      return shown;
    });
  }

  function read(arm) {
    const [lesion, ...others] = data.instruments;
    const shown = [{ ...lesion, key: state.criterion, label: `${lesion.label} (${data.criteria[state.criterion]})` }, ...others];
    return shown.filter(({ key }) => arm.reading[key]).map(({ key, label, digits, unit }) =>
      `${label} ${arm.reading[key][state.time].toFixed(digits)} ${unit}`).join(" · ");
  }

  // Of a translucent shell only the side that faces the reader is drawn, as in still pictures: its far side seen through
  // the near one looks like folds, most of all where a lesion dips to a shaft. Plotly has no switch for that,
  // and its picture is mirrored: corners wound outwards turn the other way on the screen.
  function hideFarSides(div) {
    const inner = div._fullLayout?.scene?._scene;
    for (const { data: trace, mesh } of Object.values(inner?.traces || {})) {
      const { gl, triangleVAO: corners } = mesh || {};
      if (!corners || trace.opacity === 1 || corners.oneSided) continue;
      const { bind, unbind } = corners;
      corners.oneSided = true;
      corners.bind = () => { bind.call(corners); gl.enable(gl.CULL_FACE); gl.cullFace(gl.FRONT); };
      corners.unbind = () => { gl.disable(gl.CULL_FACE); unbind.call(corners); };
      inner.glplot.redraw();
    }
  }

  // --- drawing, one at a time and always the latest state ---------------------------------------------------------

  let drawing = null, stale = false;
  function refresh() {
    stale = true;
    if (!drawing) drawing = redraw().finally(() => { drawing = null; });
    return drawing;
  }

  async function redraw() {
    byId("scenes").setAttribute("aria-busy", "true");
    while (stale) {
      stale = false;
      const seconds = `${Math.round(data.times[state.time])} s`;
      byId("now").textContent = seconds;
      byId("time").value = state.time;
      byId("time").setAttribute("aria-valuetext", `${seconds} after the start`);
      for (const [n, scene] of scenes.entries()) {
        drawNames(scene);
        byId(`reading-${n}`).textContent = read(scene.arm);
        await Plotly.react(scene.div, traces(scene.arm), layout(), options);
        hideFarSides(scene.div);
      }
      for (const chart of histories) {
        await Plotly.relayout(chart, { "shapes[0].x0": data.times[state.time], "shapes[0].x1": data.times[state.time] });
      }
    }
    byId("scenes").setAttribute("aria-busy", "false");
  }

  // --- controls -----------------------------------------------------------------------------------------------------

  let timer = null, playing = false, round = 0;
  const pause = () => new Promise((done) => { timer = setTimeout(done, reduced.matches ? CALM_FRAME_MS : FRAME_MS); });

  function setPlaying(on) {
    const button = byId("play");
    playing = on;
    button.querySelector(".word").textContent = on ? "pause" : "play";
    button.firstElementChild.textContent = on ? "❚❚" : "▶";
    if (!on) { clearTimeout(timer); timer = null; }
  }

  async function play() {
    const last = data.times.length - 1, mine = ++round;
    // A drawing may outlast a pause: then a later round goes on, and this one ends.
    const going = () => mine === round && playing && state.time < last;
    setPlaying(true);
    if (state.time === last) { state.time = 0; await refresh(); }
    while (going()) {
      await pause();
      if (!going()) break;
      state.time += 1;
      await refresh();
    }
    if (mine === round) setPlaying(false);
  }

  function listen() {
    const form = byId("controls");
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const box of form.querySelectorAll("[data-group]")) {
      state.shown[box.dataset.group] = box.checked;
      box.addEventListener("change", () => { state.shown[box.dataset.group] = box.checked; refresh(); });
    }
    for (const button of form.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => { ACTS[button.dataset.act](); look(); });
    }
    const criterion = byId("criterion");
    state.criterion = criterion?.value;
    criterion?.addEventListener("change", () => {
      state.criterion = criterion.value;
      byId("criterion-words").textContent = criterion.selectedOptions[0].dataset.words;
      byId("lesion-swatch").style.background = data.colours[state.criterion];
      refresh();
    });
    const time = byId("time");
    time.max = data.times.length - 1;
    time.value = state.time;
    time.addEventListener("input", () => { setPlaying(false); state.time = Number(time.value); refresh(); });
    byId("play").addEventListener("click", () => (playing ? setPlaying(false) : play()));
  }

  let grabbed = null;
  function listenTo(scene) {
    scene.div.on("plotly_relayouting", (event) => follow(scene, event));
    scene.div.on("plotly_relayout", (event) => follow(scene, event));
    scene.stage.addEventListener("pointerdown", () => { grabbed = scene; }, true);
    scene.stage.addEventListener("keydown", (event) => {
      const act = KEYS[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      ACTS[act]();
      look();
    });
  }

  // --- start --------------------------------------------------------------------------------------------------------

  const scenes = data.arms.map((arm, n) => {
    const div = byId(`scene-${n}`), stage = div.parentElement;
    return { arm, div, stage, triad: stage.querySelector(".triad"), bar: stage.querySelector(".bar"),
      names: stage.querySelector(".bones") };
  });
  page.classList.remove("no-charts");
  data.nerves.forEach((figure, n) => Plotly.newPlot(`nerve-${n}`, figure.data, figure.layout, options));
  document.querySelectorAll(".key button").forEach((button) => button.addEventListener("click", () => {
    const plot = byId(button.dataset.plot), shown = button.getAttribute("aria-pressed") !== "true";
    const curves = [...plot.data.keys()].filter((n) => plot.data[n].meta === button.dataset.arm);
    button.setAttribute("aria-pressed", shown);
    Plotly.restyle(plot, { visible: shown }, curves);
  }));
  const histories = data.history.map((figure, n) => {
    Plotly.newPlot(`history-${n}`, figure.data, figure.layout, options);
    return byId(`history-${n}`);
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));

  if (document.createElement("canvas").getContext("webgl")) {
    page.classList.remove("no-scene");
    listen();
    // The page can be read before the first scene is drawn.
    requestAnimationFrame(() => setTimeout(() => refresh().then(() => scenes.forEach(listenTo))));
    scenes.forEach((scene) => {
      drawTriad(scene.triad);
      new ResizeObserver(() => { drawBar(scene); drawNames(scene); }).observe(scene.stage);
    });
  }
})();
