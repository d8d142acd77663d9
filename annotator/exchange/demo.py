"""A corpus to look around in: a small island's newspaper, two articles of it read already."""

from importlib.resources import files

from django.db import transaction

from annotator.accounts.models import User
from annotator.corpora.actions import create_corpus
from annotator.corpora.models import Corpus
from annotator.exchange.imports import import_documents
from annotator.formats import jsonl
from annotator.schemas.templates import apply_template

NAME = "Skerra Lantern"
DESCRIPTION = (
    "A made-up island newspaper to try things on: two articles are tagged, five are yours."
)


@transaction.atomic
def load(*, by: User) -> Corpus:
    """Make the demo corpus with ``by`` as its manager."""
    here = files("annotator.exchange")
    corpus = create_corpus(name=NAME, by=by, description=DESCRIPTION)
    corpus.guidelines = (here / "demo_guidelines.md").read_text(encoding="utf-8")
    corpus.save(update_fields=["guidelines"])
    apply_template(corpus=corpus, template="quotes")
    with (here / "demo.jsonl").open("rb") as stream:
        documents = jsonl.read(stream, "demo.jsonl")
        summary = import_documents(corpus=corpus, by=by, documents=documents)
    if not summary.ok:
        raise AssertionError(f"The demo does not fit: {summary.problems[0]}")
    return corpus
