"""How time grows with a text: what a wall clock would say of a busy machine, a ratio does not."""

import gc
import time
from collections.abc import Callable

SMALL = 4_000  # code points, and more until they take long enough to be measured
MEASURABLE = 0.001  # seconds of the processor; texts of megabytes would measure its caches
TIMES = 8


def is_linear(function: Callable[[str], object], unit: str) -> bool:
    """Say whether eight times the text takes some eight times as long; quadratic would be 64."""
    small = unit * (SMALL // len(unit))
    while (once := _processor_time(function, small)) < MEASURABLE:
        small *= 2
    return _processor_time(function, small * TIMES) < 3 * TIMES * once


def _processor_time(function: Callable[[str], object], text: str) -> float:
    """Return the time of the fastest of three calls, in seconds."""
    gc.disable()  # what the whole test run left to collect is none of this text's
    try:
        return min(_once(function, text) for _ in range(3))
    finally:
        gc.enable()


def _once(function: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    function(text)
    return time.process_time() - begun
