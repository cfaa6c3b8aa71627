"""Small copies of the main pictures of a made-up arm, kept in git; after a wanted change of a picture, draw them anew:

uv run python -m tests.unit.pictures.golden_pictures
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from rfa_model.applicators import Pose
from rfa_model.drawing import render
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.orthographic import look_from
from rfa_model.pictures import comparison, scene
from rfa_model.pictures.fluoroscopy import draw_fluoroscopy
from rfa_model.pictures.history import draw_history
from rfa_model.pictures.slice import draw_slice
from tests.unit.pictures.made import made_picture

FOLDER = Path(__file__).parent / "golden"
BLOCK_PX = 16
# Renderers differ in how they smooth edges: a block may differ a little, and a few blocks by more.
NOTICED, BLOCKS_ALLOWED = 12, 0.003
FAR_AWAY = Pose(np.eye(3), np.full(3, 300.0))
DIRECTION, MIDDLE_MM = np.array([0.35, -1.0, 0.45]), np.array([0.0, 0.0, 1.0])


def _scene(picture: ArmPicture, path: Path) -> Path:
    view = look_from(DIRECTION, MIDDLE_MM, 32.0, scene.scene_size_px())
    (image,) = render.render([picture], view)
    return scene.draw_scene(picture, view, image, path)


def _comparison(picture: ArmPicture, path: Path) -> Path:
    view = look_from(DIRECTION, MIDDLE_MM, 32.0, scene.scene_size_px())
    pictures = [picture, replace(picture, name="other")]
    return comparison.draw_comparison_picture("Two arms", pictures, render.render(pictures, view), view, path)


DRAWN: dict[str, Callable[[ArmPicture, Path], Path]] = {
    "scene": _scene,
    "slice": lambda picture, path: draw_slice(picture, 10.0, path),
    "history": draw_history,
    "comparison": _comparison,
    "fluoroscopy": draw_fluoroscopy,
}


def without_lesion(picture: ArmPicture) -> ArmPicture:
    """No tissue coagulated, in the picture if not in its words."""
    field = replace(picture.field, excess=np.full_like(picture.field.excess, -1.0))
    free = tuple(replace(nerve, inside=np.zeros_like(nerve.inside)) for nerve in picture.nerves)
    return replace(picture, field=field, nerves=free)


def _without_column(name: str) -> Callable[[ArmPicture], ArmPicture]:
    return lambda picture: replace(picture, history={k: v for k, v in picture.history.items() if k != name})


LAYERS: dict[str, Callable[[ArmPicture], ArmPicture]] = {
    "lesion": without_lesion,
    "target nerve": lambda picture: replace(picture, nerves=picture.nerves[1:]),
    "protected nerve": lambda picture: replace(picture, nerves=picture.nerves[:1]),
    "applicator": lambda picture: replace(picture, applicator=replace(picture.applicator, pose=FAR_AWAY)),
    "bone's surface": lambda picture: replace(picture, surfaces={}),
    "bone in the plane": lambda picture: replace(picture, bone_distance=None),
    "bone under X-rays": lambda picture: replace(picture, bone_distance=lambda points: np.full(len(points), 99.0)),
    "lesion's curve": _without_column("lesion_arrhenius_mm3"),
    "set point's curve": _without_column("set_point_C"),
    "phases": lambda picture: replace(picture, phases=()),
}
SHOWN = {
    "scene": ("lesion", "target nerve", "applicator", "bone's surface"),
    "slice": ("lesion", "target nerve", "protected nerve", "bone in the plane"),
    "history": ("lesion's curve", "set point's curve", "phases"),
    "comparison": ("lesion",),  # the rest is the scene's
    "fluoroscopy": ("target nerve", "applicator", "bone under X-rays"),
}


def small(path: Path) -> np.ndarray:
    """The picture's mean colour in blocks of 16 pixels, (height, width, 3)."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=float)
    rows, columns = pixels.shape[0] // BLOCK_PX, pixels.shape[1] // BLOCK_PX
    blocks = pixels[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(rows, BLOCK_PX, columns, BLOCK_PX, 3)
    return np.round(blocks.mean(axis=(1, 3))).astype(np.uint8)


def difference(found: np.ndarray, wanted: np.ndarray) -> float:
    """Share of blocks whose colour differs noticeably; 1 where the sizes do."""
    if found.shape != wanted.shape:
        return 1.0
    return float(np.mean(np.abs(found.astype(int) - wanted.astype(int)).max(axis=2) > NOTICED))


def golden(name: str) -> np.ndarray:
    """The kept copy."""
    with Image.open(FOLDER / f"{name}.png") as image:
        return np.asarray(image.convert("RGB"))


def main() -> None:
    """Draw every copy anew."""
    with tempfile.TemporaryDirectory() as folder:
        for name, draw in DRAWN.items():
            Image.fromarray(small(draw(made_picture(), Path(folder, f"{name}.png")))).save(FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
