import pytest

from tests.unit.pictures.golden_pictures import BLOCKS_ALLOWED, DRAWN, LAYERS, SHOWN, difference, golden, small
from tests.unit.pictures.made import made_picture


@pytest.mark.parametrize("name", DRAWN)
def test_the_picture_looks_as_it_did(name, tmp_path):
    drawn = small(DRAWN[name](made_picture(), tmp_path / f"{name}.png"))
    assert difference(drawn, golden(name)) <= BLOCKS_ALLOWED


@pytest.mark.parametrize(("name", "layer"), [(name, layer) for name, layers in SHOWN.items() for layer in layers])
def test_a_missing_layer_is_noticed(name, layer, tmp_path):
    drawn = small(DRAWN[name](LAYERS[layer](made_picture()), tmp_path / f"{name}.png"))
    assert difference(drawn, golden(name)) > BLOCKS_ALLOWED
