"""How time grows with what is given: a wall clock would say how busy the machine is, a ratio does not."""

import gc
import time
from collections.abc import Callable
from functools import partial

SMALL = 4_000  # code points, and more until they take long enough to be measured
MEASURABLE = 0.001  # seconds of the processor; texts of megabytes would measure its caches
TIMES = 8


def is_linear(function: Callable[[str], object], unit: str) -> bool:
    """Say whether eight times the text takes some eight times as long; quadratic would be 64."""
    small = unit * (SMALL // len(unit))
    while processor_time(partial(function, small)) < MEASURABLE:
        small *= 2
    return is_in_proportion(partial(function, small * TIMES), partial(function, small))


def is_in_proportion(large: Callable[[], object], small: Callable[[], object]) -> bool:
    """Say the same of two calls, the first about eight times as much as the second."""
    return processor_time(large) < 3 * TIMES * processor_time(small)


def processor_time(call: Callable[[], object]) -> float:
    """Return the time of the fastest of three calls, in seconds."""
    gc.disable()  # what the whole test run left to collect is none of this call's
    try:
        return min(_once(call) for _ in range(3))
    finally:
        gc.enable()


def _once(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun
