"""What muscle's k(T) costs quadratic elements; that the orders are right, the manufactured cases say."""

from rfa_model.assurance.verification.cases.manufactured import CELLS, K_SLOPE, heat_error


def test_muscle_conductivity_slope_costs_quadratic_elements_little() -> None:
    # The order is capped, the error is not to matter: it stays far below that of linear elements.
    finest = CELLS[-1]
    plain, curved, linear = (heat_error(finest, *which) for which in ((2, 0.0), (2, K_SLOPE), (1, K_SLOPE)))
    assert curved < 2.0 * plain
    assert curved < linear / 10.0
