"""Which pictures a results folder gets, and what they share: the side looked from, the scale, the anatomy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import TriangleMesh, Window
from rfa_model.applicators.pose import Pose
from rfa_model.drawing import render
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.collect import collect_arms
from rfa_model.drawing.orthographic import View, choose_direction, look_from
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.drawing.section import axial_plane
from rfa_model.errors import InputError
from rfa_model.pictures import comparison, scene
from rfa_model.pictures.fluoroscopy import Fluoroscope, draw_fluoroscopy
from rfa_model.pictures.history import draw_history
from rfa_model.pictures.slice import WIDTH_PER_HEIGHT, draw_slice
from rfa_model.results import Results, read_results
from rfa_model.scenario import parse_resolved

SCENE_HEIGHT_MM = 40.0
SLICE_HALF_HEIGHT_MM = (10.0, 30.0)
SLICE_MARGIN_MM = 3.0


class Gallery:
    """The arms of a run, prepared once for however many pictures.

    Parameters
    ----------
    results : the arms to begin with.
    poses : of all arms of the run, in its order, where :meth:`add` brings more of them later.

    Raises
    ------
    InputError
        If there is no arm, the scenario lacks one, or its results lack something.
    """

    def __init__(self, results: Results, poses: Mapping[str, Pose] | None = None) -> None:
        self._scenario = parse_resolved(results.scenario_yaml, "scenario.yaml")
        self._anatomy = self._scenario.anatomy.build()
        self.title = self._scenario.title
        bare = collect_arms(results, self._scenario, self._anatomy)
        placed = [picture.applicator for picture in bare.values()]
        if poses is not None:
            probes = {name: self._scenario.resolved_probe(name) for name in poses}
            placed = [PlacedApplicator(probes[name].applicator(), pose) for name, pose in poses.items()]
        self._order = list(bare if poses is None else poses)
        self._first, self._placed = list(bare.values()), placed
        self._surfaces = SurfacesWhenAsked(lambda: self._anatomy.surfaces(within=window(self.view)))
        self._images: dict[str, NDArray[np.uint8]] = {}
        self.pictures: dict[str, ArmPicture] = {}
        self._hang(bare)

    @cached_property
    def view(self) -> View:
        """In which all arms are rendered."""
        return common_view(self._first, self._placed)

    @property
    def is_whole(self) -> bool:
        """Whether all arms of the run have been added."""
        return len(self.pictures) == len(self._order)

    def add(self, results: Results) -> None:
        """Hang further arms of the same run."""
        self._hang(collect_arms(results, self._scenario, self._anatomy))

    def _hang(self, bare: Mapping[str, ArmPicture]) -> None:
        hung = self.pictures | {name: replace(picture, surfaces=self._surfaces) for name, picture in bare.items()}
        self.pictures = {name: hung[name] for name in self._order if name in hung}

    def picture(self, arm_name: str) -> ArmPicture:
        """The arm of that name; InputError if there is none."""
        if arm_name not in self.pictures:
            raise InputError(f"no arm '{arm_name}' in these results; choose one of {', '.join(self.pictures)}")
        return self.pictures[arm_name]

    def images(self, arm_names: Iterable[str]) -> list[NDArray[np.uint8]]:
        """The arms as seen in the common view; each is rendered once."""
        names = list(arm_names)
        missing = [name for name in names if name not in self._images]
        if missing:
            rendered = render.render([self.picture(name) for name in missing], self.view)
            self._images.update(zip(missing, rendered, strict=True))
        return [self._images[name] for name in names]

    def draw_scene(self, arm_name: str, folder: Path) -> Path:
        """scene.png of one arm."""
        (image,) = self.images([arm_name])
        return scene.draw_scene(self.picture(arm_name), self.view, image, folder / "scene.png")

    def draw_slice(self, arm_name: str, folder: Path) -> Path:
        """slice.png of one arm, at the scale of all."""
        half_height = slice_half_height(list(self.pictures.values()))
        return draw_slice(self.picture(arm_name), half_height, folder / "slice.png")

    def draw_pulse(self, arm_name: str, folder: Path) -> list[Path]:
        """field.png of one arm, as its slice; none without pulses."""
        picture = self.picture(arm_name)
        if picture.field.field_V_per_m is None:
            return []
        half_height = slice_half_height(list(self.pictures.values()))
        return [draw_slice(picture, half_height, folder / "field.png", of_pulse=True)]

    def draw_history(self, arm_name: str, folder: Path) -> Path:
        """history.png of one arm."""
        return draw_history(self.picture(arm_name), folder / "history.png")

    def draw_fluoroscopy(self, arm_name: str, folder: Path) -> list[Path]:
        """fluoroscopy_<arm>.png of one arm; none in an anatomy without bone."""
        picture = self.picture(arm_name)
        if picture.bone_distance is None:
            return []
        return [draw_fluoroscopy(picture, folder / f"fluoroscopy_{arm_name}.png", self._fluoroscope)]

    @cached_property
    def _fluoroscope(self) -> Fluoroscope:
        return Fluoroscope(next(iter(self.pictures.values())))

    def draw_arm(self, arm_name: str, folder: Path) -> list[Path]:
        """scene.png, slice.png and history.png of one arm, and with pulses field.png."""
        drawn = [draw(arm_name, folder) for draw in (self.draw_scene, self.draw_slice, self.draw_history)]
        return [*drawn, *self.draw_pulse(arm_name, folder)]

    def draw_comparison(self, folder: Path) -> Path:
        """comparison.png of all arms."""
        pictures = list(self.pictures.values())
        return comparison.draw_comparison_picture(
            self.title, pictures, self.images(self.pictures), self.view, folder / "comparison.png"
        )

    def draw_plots(self, arm_name: str, place: Path) -> list[Path]:
        """Of a run's pictures in `place`, those of one arm in which no other has a say and nothing is rendered."""
        return [self.draw_history(arm_name, place / arm_name), *self.draw_fluoroscopy(arm_name, place)]

    def draw_slices(self, place: Path) -> list[Path]:
        """Slices of all arms of a run into `place`, and with pulses their fields."""
        slices = [self.draw_slice(name, place / name) for name in self.pictures]
        return [*slices, *(path for name in self.pictures for path in self.draw_pulse(name, place / name))]


class SurfacesWhenAsked(Mapping[str, TriangleMesh]):
    """Surfaces of an anatomy, made when one of them is first looked at: plots need none."""

    def __init__(self, make: Callable[[], Mapping[str, TriangleMesh]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, TriangleMesh]:
        return self._make()

    def __getitem__(self, part: str) -> TriangleMesh:
        return self._made[part]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def draw_arm(results: Results, arm_name: str, folder: str | os.PathLike[str]) -> list[Path]:
    """Draw one arm's pictures into `folder`.

    Returns
    -------
    Paths of scene.png, slice.png and history.png.

    Raises
    ------
    InputError
        If there is no such arm, or its results lack something.
    """
    return Gallery(results).draw_arm(arm_name, Path(folder))


def draw_comparison(results: Results, folder: str | os.PathLike[str]) -> Path:
    """Draw all arms side by side into `folder`/comparison.png."""
    return Gallery(results).draw_comparison(Path(folder))


def draw_all(results: Results | str | os.PathLike[str], folder: str | os.PathLike[str] | None = None) -> list[Path]:
    """Draw every picture of a run: three per arm into a folder of the arm's name, comparison.png, and, where there is
    bone, fluoroscopy_<arm>.png.

    Parameters
    ----------
    results : a results folder, or results at hand (of which nothing is read twice).
    folder : where to draw; by default into the results folder itself.

    Raises
    ------
    InputError
        If the folder is not one this program wrote, or is damaged, or none is given.
    """
    if not isinstance(results, Results):
        results = read_results(Path(results))
    place = results.folder if folder is None else Path(folder)
    if place is None:
        raise InputError("these results were never written to disk; give the folder to draw into")
    gallery = Gallery(results)
    gallery.images(gallery.pictures)  # all in one go, so that what they share is prepared once
    arms = [path for name in gallery.pictures for path in gallery.draw_arm(name, place / name)]
    fluoroscopy = [path for name in gallery.pictures for path in gallery.draw_fluoroscopy(name, place)]
    return [*arms, gallery.draw_comparison(place), *fluoroscopy]


def window(view: View) -> Window:
    """What a view shows of the anatomy, at any depth."""
    width, height = view.size_px
    half = np.array([width, height]) / view.px_per_mm / 2
    return Window(view.focal_mm, np.stack([view.right, view.up]), half)


def common_view(pictures: Sequence[ArmPicture], applicators: Sequence[PlacedApplicator] = ()) -> View:
    """A view in which every arm's applicator and nerve lie open, centred between contacts and target.

    `applicators` are those of all arms where there are not yet pictures of all of them.
    """
    first, placed = pictures[0], applicators or [picture.applicator for picture in pictures]
    bodies = [body for one in placed for body in one.bodies()]
    sight = [point for body in bodies for point in (body.on_axis(0.0), body.middle_mm, body.on_axis(12.0))]
    for nerve in first.nerves:
        if not nerve.protected:
            near = np.linalg.norm(nerve.points_mm - first.target_mm, axis=1) < 8.0
            sight.extend(nerve.points_mm[near][::20])
    lines = [*(body.pose.axis for body in bodies), first.along_nerve]
    direction = choose_direction(lines, first.away_from_bone, np.array(sight), first.bone_distance)
    focal = 0.5 * (np.mean([one.centre_mm for one in placed], axis=0) + first.target_mm)
    return look_from(direction, focal, SCENE_HEIGHT_MM, scene.scene_size_px())


def slice_half_height(pictures: Sequence[ArmPicture]) -> float:
    """Half the height of every arm's slice, mm: lesions and contacts fit, and all arms have one scale."""
    reach = max(_reach_mm(picture) for picture in pictures)
    return float(np.clip(reach + SLICE_MARGIN_MM, *SLICE_HALF_HEIGHT_MM))


def _reach_mm(picture: ArmPicture) -> float:
    """How far lesion and contacts reach from the contacts' middle, mm of the slice's half height."""
    placed, field, plane = picture.applicator, picture.field, axial_plane(picture)
    low, high = placed.contact_extent_mm
    bodies = np.array([body.middle_mm for body in placed.bodies()])
    aside = np.abs((bodies - placed.centre_mm) @ plane.across).max()
    reach = max(0.5 * (high - low) - SLICE_MARGIN_MM, float(aside) / WIDTH_PER_HEIGHT)
    whole = field.points_mm[field.excess >= 0.0] if picture.union is None else picture.union.points_mm
    lesion = whole - placed.centre_mm
    if len(lesion):
        reach = max(reach, float(np.abs(lesion @ placed.axis).max()))
        reach = max(reach, float(np.abs(lesion @ plane.across).max()) / WIDTH_PER_HEIGHT)
    return reach
