"""The signals that end us: Ctrl-C, a service manager, a closed terminal."""

from __future__ import annotations

import signal
import sys

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_asked: list[int] = []  # the exit code, once a signal came


def leave_on_signals(*, ctrl_c: int = 130) -> None:
    """End by an exception, so that what was started is stopped on the way out.

    `ctrl_c` is the exit code for a Ctrl-C: 0 where that is the usual way to end.
    """

    def leave(number: int, frame: object) -> None:
        ignore_signals()
        _asked.append(ctrl_c if number == signal.SIGINT else 128 + number)
        leave_if_asked()

    for number in ENDINGS:
        signal.signal(number, leave)


def leave_if_asked() -> None:
    """End now if a signal came and its exception was lost: Python drops those of finalisers and forks."""
    if _asked:
        sys.exit(_asked[0])


def ignore_signals() -> None:
    """For the way out itself: a second Ctrl-C would leave the database running."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


def end_on_signals() -> None:
    """End at once, as a process does by itself."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
