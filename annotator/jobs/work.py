"""What a job is given, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotator.accounts.models import User
from annotator.corpora.models import Corpus
from annotator.exchange.progress import Progress
from annotator.jobs.models import Job


class CannotRun(Exception):
    """The job cannot be done, for a reason that is a sentence for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job to be done. The corpus was fetched for ``by``, who has the right that the kind asks for."""

    job: Job
    corpus: Corpus
    by: User
    progress: Progress


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: a sentence, what is worth keeping as JSON, and the file that it made."""

    message: str
    result: Mapping[str, Any] | None = None  # Any: JSON
    file: str = ""
    ok: bool = True
