"""Requests that arrive: each is sent again as often as it is safe, and as late as the server asks."""

import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from annotator.client.errors import ApiError, Unreachable

WORTH_ANOTHER_TRY = frozenset({429, 502, 503, 504})
LONGEST_WAIT = 120.0  # seconds
PREFIX = "/api/v1/"

Params = dict[str, Any]  # Any: texts, numbers, lists of texts
Content = Callable[[], Iterable[bytes]]


class Session:
    """An address and a token."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float,
        tries: int,
        transport: httpx.BaseTransport | None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sleep = sleep
        self._tries = tries
        self._http = httpx.Client(
            base_url=url.rstrip("/") + PREFIX,
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
            transport=transport,
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, params: Params | None = None) -> Any:  # Any: JSON
        return self.send("GET", path, params=params).json()

    def post(self, path: str, body: object = None, params: Params | None = None) -> Any:
        return self.send("POST", path, params=params, body=body).json()

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: object = None,
        content: Content | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Return the answer, or raise ApiError. ``content`` is called anew for each try."""
        headers = dict(headers or {})
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())  # the same for every try

        def attempt() -> httpx.Response:
            return self._http.request(
                method,
                path,
                params=_given(params),
                json=body,
                content=content() if content else None,
                headers=headers,
            )

        return _checked(self._until_it_arrives(attempt))

    @contextmanager
    def stream(
        self, path: str, params: Params | None = None, accept: str = "*/*"
    ) -> Iterator[httpx.Response]:
        """Open a download; what breaks later is for whoever reads it to begin again."""

        def attempt() -> httpx.Response:
            request = self._http.build_request(
                "GET", path, params=_given(params), headers={"Accept": accept}
            )
            return self._http.send(request, stream=True)

        response = self._until_it_arrives(attempt)
        try:
            if response.is_error:
                response.read()
            yield _checked(response)
        finally:
            response.close()

    def again(self, number: int, problem: Exception) -> None:
        """Wait after try ``number`` (from 1), or raise ``problem`` when there were enough."""
        if number >= self._tries:
            raise problem
        self.sleep(_wait(number, None))

    def _until_it_arrives(self, attempt: Callable[[], httpx.Response]) -> httpx.Response:
        for number in range(1, self._tries + 1):
            try:
                response = attempt()
            except httpx.TransportError as error:
                self.again(number, Unreachable(str(error)))
                continue
            if response.status_code not in WORTH_ANOTHER_TRY or number == self._tries:
                return response
            response.close()
            self.sleep(_wait(number, response.headers.get("Retry-After")))
        raise ValueError("A request is tried at least once.")


def _wait(number: int, said: str | None) -> float:
    """Return for how many seconds to wait: as the server says, else longer each time."""
    if said is not None and said.isascii() and said.isdigit():
        return min(float(said), LONGEST_WAIT)
    return float(2 ** (number - 2) * random.uniform(1, 1.5))  # noqa: S311  # no secret


def _given(params: Params | None) -> Params:
    return {name: value for name, value in (params or {}).items() if value not in (None, "")}


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    raise ApiError(response.status_code, problem if isinstance(problem, dict) else {})
