"""What the live server still works on: a page that is closed does not take back what it has asked."""

from threading import Condition, current_thread, main_thread

from django.core.signals import request_finished, request_started

PATIENCE = 30  # seconds


class InFlight:
    """Count the requests that threads of the live server have begun and not finished."""

    def __init__(self):
        self._count = 0
        self._changed = Condition()
        request_started.connect(self._begun)
        request_finished.connect(self._finished)

    def wait_for_none(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._count, timeout=PATIENCE)

    def _begun(self, **_):
        self._add(1)

    def _finished(self, **_):
        self._add(-1)

    def _add(self, number):
        if current_thread() is main_thread():  # the test's own client
            return
        with self._changed:
            self._count += number
            self._changed.notify_all()
