"""One import or export in a process of its own, so that its memory is its own: prints JSON."""

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    django.setup()
    what, slug, *rest = sys.argv[1:]
    from django.db import connection

    from annotator.corpora.models import Corpus

    connection.ensure_connection()
    corpus = Corpus.objects.get(slug=slug)
    before = _peak()
    began = time.perf_counter()
    if what == "import":
        _import(corpus, *rest)
    else:
        _export(corpus, *rest)
    print(json.dumps({"seconds": time.perf_counter() - began, "mb": _peak(), "before": before}))


def _import(corpus: object, path: str, slug: str = "jsonl") -> None:
    from annotator.exchange.imports import import_documents
    from annotator.formats import FORMATS

    with open(path, "rb") as stream:
        documents = FORMATS[slug].read(stream, path)
        summary = import_documents(corpus=corpus, by=None, documents=documents)  # type: ignore[arg-type]
    assert summary.ok, summary.problems[:3]


def _export(corpus: object, path: str = os.devnull, slug: str = "jsonl") -> None:
    from annotator.exchange.exports import Export
    from annotator.formats import FORMATS

    with open(path, "wb") as stream:
        for block in Export(corpus=corpus, by=None, into=FORMATS[slug]):  # type: ignore[arg-type]
            stream.write(block)


def _peak() -> float:
    """Return the most memory in MB that this process has had. (`getrusage` would count its parent's.)"""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1e3


if __name__ == "__main__":
    main()
