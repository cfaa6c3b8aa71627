"""A made-up arm's entry of summary.json, with the keys a study and the table read."""

from typing import Any


def entry(volume_mm3: float = 1213.0, margin_mm: float | None = 3.6, cells: int = 40000) -> dict[str, Any]:
    return {
        "mesh": {"cells": cells},
        "electrical": {
            "impedance_ohm": {"start": 110.0, "end": 91.0, "max": 112.0},
            "power_W": {"mean": 2.74, "max": 6.4},
            "energy_J": 287.0,
            "cutoff": None,
        },
        "temperature": {"sensor_end_C": 80.0, "max_C": 86.0},
        "lesions": {
            "isotherm_50C": {"volume_mm3": 1186.0, "width_mm": 11.8, "length_mm": 18.0},
            "arrhenius": {"volume_mm3": volume_mm3, "width_mm": 11.9, "length_mm": 18.2, "distal_mm": 3.6},
        },
        "nerves": {
            "medial_branch": {
                "margin_worst_mm": margin_mm,
                "margin_best_mm": 4.0,
                "captured_length_mm": 16.7,
                "by_criterion": {
                    "isotherm_50C": {"margin_worst_mm": 2.2, "margin_best_mm": 3.1, "captured_length_mm": 15.0},
                    "arrhenius": {"margin_worst_mm": margin_mm, "margin_best_mm": 4.0, "captured_length_mm": 16.7},
                },
            }
        },
        "structures": {
            "spinal_nerve": {"max_temperature_C": 39.8},
            "skin": {"max_temperature_C": None},
        },
    }
