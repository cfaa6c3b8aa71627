"""Make the meshes that ship: ``python meshes/make.py`` from the checkout's root."""

import json
from importlib.metadata import version
from pathlib import Path

from rfa_model import library
from rfa_model.applicators.cell_sizes import USUAL_DOMAIN_RADIUS_MM, USUAL_RESOLUTION
from rfa_model.meshing.cache import INDEX_NAME, mesh_hash
from rfa_model.meshing.generate import generate_mesh
from rfa_model.meshing.msh_file import write_msh
from rfa_model.meshing.sizes import mesh_sizes

HERE = Path(__file__).resolve().parent
PROBES = ("conventional_18g_10mm", "cooled_17g_4mm")


def main() -> None:
    """Write each mesh and the index that finds it by its hash."""
    index: dict[str, dict[str, object]] = {}
    for name in PROBES:
        applicator, sizes = library.probes()[name].applicator(), mesh_sizes(USUAL_RESOLUTION)
        mesh = generate_mesh(applicator, sizes, USUAL_DOMAIN_RADIUS_MM)
        file = f"{name}-{USUAL_RESOLUTION}.msh"
        key = mesh_hash(applicator, sizes, USUAL_DOMAIN_RADIUS_MM)
        write_msh(mesh, HERE / file, key)
        index[key] = {
            "file": file,
            "probe": name,
            "resolution": USUAL_RESOLUTION,
            "domain_radius_mm": USUAL_DOMAIN_RADIUS_MM,
            "gmsh": version("gmsh"),
            "cells": len(mesh.tets),
            "nodes": len(mesh.points_mm),
            "min_quality": round(float(mesh.qualities().min()), 4),
        }
    (HERE / INDEX_NAME).write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
