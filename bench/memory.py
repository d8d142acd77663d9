"""How much more memory each format needs for many articles than for few: whatever streams needs no more."""

from pathlib import Path
from uuid import uuid4

from annotator.corpora.models import Corpus
from annotator.formats import FORMATS, WRITABLE
from bench import corpora
from bench.report import Report
from bench.transfer import child, new_corpus

FEW = 1_000
GROWTH = 100  # MB
WHOLE = {"spacy"}  # a DocBin is one object: it cannot stream
MOST_IN_ZIP = 20_000  # what an import takes from one zip, and what it unpacks to, is limited


def measure(report: Report, home: Path, many: int) -> None:
    """Export ``FEW`` and ``many`` articles of 50 words in every format; import them again where that can be read."""
    few, full, less = (_filled(home, count) for count in (FEW, many, min(many, MOST_IN_ZIP)))
    for slug, found in WRITABLE.items():
        out = [child("export", corpus, str(home / "memory"), slug) for corpus in (few, full)]
        _say(report, f"{slug}, out", out, None if slug in WHOLE else GROWTH)
        if found.read:
            again = few, less if ".zip" in found.extensions else full
            _say(report, f"{slug}, in", [_back(home, corpus, slug) for corpus in again], GROWTH)


def _back(home: Path, corpus: Corpus, slug: str) -> dict[str, float]:
    """Export ``corpus``, and measure how that is imported."""
    path = str(home / "memory")
    child("export", corpus, path, slug)
    into = new_corpus(f"{corpus.slug}-{slug}")
    return child("import", into, path, slug)


def _say(report: Report, what: str, taken: list[dict[str, float]], most: float | None) -> None:
    few, many = (one["mb"] for one in taken)
    report.limit(
        f"memory, {what}: growth", many - few, "MB", most, note=f"{few:.0f} → {many:.0f} MB"
    )


def _filled(home: Path, count: int) -> Corpus:
    path = home / "memory.jsonl"
    with path.open("wb") as stream:
        made = corpora.documents(count, words=50, spans=6, relations=2)
        stream.writelines(FORMATS["jsonl"].write(made, print))
    corpus = new_corpus(f"memory-{uuid4()}")
    child("import", corpus, str(path))
    return corpus
