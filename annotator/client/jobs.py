"""What a worker does: followed to its end."""

from collections.abc import Callable
from typing import Any

from annotator.client.errors import JobFailed
from annotator.client.session import Session

Progress = Callable[[int, int], None]  # done, and of how much: 0 as long as nobody knows

FIRST_LOOK = 0.2  # seconds
LONGEST_PAUSE = 2.0


class Job:
    """A job as it was when it was last looked at."""

    def __init__(self, session: Session, said: dict[str, Any]) -> None:  # Any: JSON
        self._session = session
        self._said = said

    @property
    def id(self) -> int:
        return int(self._said["id"])

    @property
    def state(self) -> str:
        return str(self._said["state"])

    @property
    def message(self) -> str:
        """Return a sentence on how it stands; it says, too, when no worker is running."""
        return str(self._said["message"])

    @property
    def result(self) -> dict[str, Any] | None:  # Any: JSON
        result: dict[str, Any] | None = self._said["result"]
        return result

    def look(self) -> None:
        self._said = self._session.get(f"jobs/{self.id}/")

    def cancel(self) -> None:
        self._said = self._session.post(f"jobs/{self.id}/cancellation/")

    def wait(self, progress: Progress | None = None) -> dict[str, Any]:  # Any: JSON
        """Return the result when it is done; raise JobFailed when it failed or was cancelled."""
        pause = FIRST_LOOK
        while self.state in ("waiting", "running"):
            self._session.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
            self.look()
            if progress:
                progress(self._said["done"], self._said["total"])
        if self.state != "done":
            raise JobFailed(self.message, self.result)
        return self.result or {}
