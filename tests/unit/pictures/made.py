"""A made-up arm beside a made-up bone, ready to draw: no files, no solver."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyvista as pv

from rfa_model import library
from rfa_model.applicators import Pose, Probe
from rfa_model.drawing.arm_picture import ArmPicture, Field, NerveLine, Span
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.drawing.placed_applicator import PlacedApplicator

BONE_CENTRE_MM = np.array([0.0, 0.0, -14.0])
BONE_RADIUS_MM = 12.0
LESION_RADIUS_MM = 4.0
NEEDLE = Probe(
    kind="conventional", outer_diameter_mm=1.27, tip_length_mm=4.0, tip_rounding_mm=0.635, sensor_offset_mm=0.0
)


def bone_distance(points_mm: np.ndarray) -> np.ndarray:
    """Signed distance to the made-up bone, a ball."""
    return np.linalg.norm(points_mm - BONE_CENTRE_MM, axis=1) - BONE_RADIUS_MM


def made_field(lesion_radius_mm: float = LESION_RADIUS_MM, n: int = 20) -> Field:
    """Linear tetrahedra of a cube about (0, 0, 2) mm; ln Ω = 0 on a sphere about its middle."""
    box = pv.ImageData(dimensions=(n + 1,) * 3, spacing=(24.0 / n,) * 3, origin=(-12.0, -12.0, -10.0))
    grid = box.to_tetrahedra(5)
    points = np.asarray(grid.points, dtype=float)
    cells = grid.cells_dict[pv.CellType.TETRA]
    radius = np.linalg.norm(points - [0.0, 0.0, 2.0], axis=1)
    middle = points[cells].mean(axis=1)
    tissue = (np.hypot(middle[:, 0], middle[:, 1]) > 0.635) | (middle[:, 2] < 0.0)
    return Field(points, cells, tissue, 37.0 + 45.0 * np.exp(-radius / 5.0), 3.0 * (lesion_radius_mm - radius), 105.0)


def made_picture(lesion_radius_mm: float = LESION_RADIUS_MM, anatomy: bool = True) -> ArmPicture:
    """A vertical needle over a ball of bone, with a nerve between them and a protected one at the side."""
    x = np.linspace(-12.0, 12.0, 121)
    along = np.column_stack([x, np.zeros_like(x), -1.2 - 0.02 * x**2])
    aside = np.column_stack([np.full_like(x, -9.0), x, np.full_like(x, -3.0)])
    ball = pv.Sphere(radius=BONE_RADIUS_MM, center=BONE_CENTRE_MM, theta_resolution=60, phi_resolution=60)
    time = np.linspace(0.0, 135.0, 136)
    on = time <= 105.0
    picture = ArmPicture(
        name="conventional",
        probe_label="18G, 4 mm tip",
        headline="lesion 268 mm³ · covers the nerve with 0.6 mm to spare",
        captions=(("lesion volume", "268 mm³"), ("width × length", "8.0 × 8.0 mm"), ("nerve", "covered")),
        applicator=PlacedApplicator(NEEDLE.applicator(), Pose.identity()),
        field=made_field(lesion_radius_mm),
        nerves=(
            NerveLine(
                "medial_branch", along, 1.0, np.linalg.norm(along - [0, 0, 2.0], axis=1) < lesion_radius_mm, False
            ),
            NerveLine("spinal_nerve", aside, 3.0, np.zeros(len(aside), dtype=bool), True),
        ),
        surfaces={"bone": (np.asarray(ball.points, dtype=float), ball.regular_faces)},
        bone_distance=bone_distance,
        target_mm=np.array([0.0, 0.0, -1.2]),
        along_nerve=np.array([1.0, 0.0, 0.0]),
        away_from_bone=np.array([0.0, 0.0, 1.0]),
        history={
            "time_s": time,
            "power_W": np.where(on, 4.0, 0.0),
            "impedance_ohm": np.where(on, 140.0 - 0.2 * time, np.nan),
            "sensor_C": np.minimum(37.0 + 3.0 * time, 80.0),
            "set_point_C": np.where(on, 80.0, np.nan),
            "max_C": np.minimum(37.0 + 3.2 * time, 84.0),
            "lesion_arrhenius_mm3": 268.0 * np.minimum(time / 105.0, 1.0),
        },
        lesions=(DrawnLesion(library.criteria()["arrhenius"], "Ω ≥ 1"),),
        phases=(Span("ramp to 80 °C", 0.0, 15.0), Span("hold 80 °C", 15.0, 105.0), Span("off", 105.0, 135.0)),
    )
    return picture if anatomy else replace(picture, nerves=(), surfaces={}, bone_distance=None)
