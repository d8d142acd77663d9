"""The way in: where the server is, and who asks."""

import os
from types import TracebackType
from typing import Self

import httpx

from annotator.client.corpus import Corpus
from annotator.client.jobs import Job
from annotator.client.records import JSON
from annotator.client.session import Session


class Client:
    """Where Annotator is, and who asks. ``url`` and ``token`` may come from the environment:
    ``ANNOTATOR_URL`` and ``ANNOTATOR_TOKEN``.

    ``timeout`` is how many seconds the server may be silent, ``tries`` how often a request is sent
    at most.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 120,
        tries: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        url = url or os.environ.get("ANNOTATOR_URL", "http://localhost:8000")
        token = token or os.environ.get("ANNOTATOR_TOKEN", "")
        if not token:
            raise ValueError("A client needs a token: give one, or set ANNOTATOR_TOKEN.")
        self._session = Session(url, token, timeout=timeout, tries=tries, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def corpora(self) -> list[JSON]:
        """Return the corpora that you are a member of."""
        found: list[JSON] = self._session.get("corpora/")["results"]
        return found

    def corpus(self, slug: str) -> Corpus:
        return Corpus(self._session, slug)

    def job(self, id: int) -> Job:  # noqa: A002  # as the API calls it
        return Job(self._session, self._session.get(f"jobs/{id}/"))
