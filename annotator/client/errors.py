"""What can go wrong, for the program that asked."""

from typing import Any


class ApiError(Exception):
    """The server refused; the message is its sentence, ``problem`` all that it says (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:  # Any: JSON
        super().__init__(problem.get("detail") or f"The server answered {status}.")
        self.status = status
        self.problem = problem


class JobFailed(Exception):
    """A worker could not do it; the message says why, ``result`` what came of it."""

    def __init__(self, message: str, result: dict[str, Any] | None) -> None:  # Any: JSON
        super().__init__(message)
        self.result = result


class Unreachable(Exception):
    """The server did not answer, however often it was asked."""


class Damaged(Exception):
    """What came is not what was announced."""
