"""Work spread over processes, with a line on stderr for each piece that is done."""

from collections.abc import Callable, Iterator, Sequence

from rfa_model._progress import Pieces
from rfa_model.parallel.workers import spread


def spread_telling[T, R](
    work: Callable[[T], R], items: Sequence[T], workers: int | None, tell: Callable[[T, R], str], quiet: bool = False
) -> Iterator[tuple[T, R]]:
    """As :func:`~rfa_model.parallel.workers.spread`; ``tell`` puts an item and its outcome into words."""
    pieces = Pieces(quiet, lasting=True)
    pieces.expect(len(items))
    for item, outcome in spread(work, items, workers):
        pieces.done(tell(item, outcome))
        yield item, outcome
