"""The made-up results and their page, written once."""

from pathlib import Path

import pytest

from rfa_model.report.write import write_report
from tests.unit.report.made import LUMBAR, PHANTOM, draw_square, made_results

PICTURES = ("comparison.png", "conventional/scene.png", "fluoroscopy_cooled.png")


@pytest.fixture(scope="session")
def lumbar(tmp_path_factory) -> Path:
    folder = made_results(tmp_path_factory.mktemp("lumbar") / "results", LUMBAR)
    for name in PICTURES:
        draw_square(folder / name)
    return folder


@pytest.fixture(scope="session")
def page(lumbar) -> Path:
    return write_report(lumbar)[0]


@pytest.fixture(scope="session")
def phantom(tmp_path_factory) -> Path:
    return made_results(tmp_path_factory.mktemp("phantom") / "results", PHANTOM)
