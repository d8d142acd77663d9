"""How time grows with a text: what a wall clock would say of a busy machine, a ratio does not."""

import time
from collections.abc import Callable

SMALL = 2_000
TIMES = 8


def is_linear(function: Callable[[str], object], unit: str) -> bool:
    """Say whether eight times the text takes some eight times as long; quadratic would be 64."""
    small, large = unit * (SMALL // len(unit)), unit * (TIMES * SMALL // len(unit))
    once = min(_processor_time(function, small) for _ in range(3))
    often = min(_processor_time(function, large) for _ in range(2))
    return often < 3 * TIMES * max(once, 0.001)


def _processor_time(function: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    function(text)
    return time.process_time() - begun
