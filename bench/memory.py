"""How much more memory each format needs for many articles than for few: whatever streams needs no more."""

from pathlib import Path

from annotator.corpora.models import Corpus
from annotator.formats import FORMATS, WRITABLE
from bench import corpora
from bench.report import Report
from bench.transfer import child, new_corpus

FEW = 1_000
GROWTH = 100  # MB
WHOLE = {"spacy"}  # a DocBin is one object: it cannot stream


def measure(report: Report, home: Path, many: int) -> None:
    """Export ``FEW`` and ``many`` articles of 50 words in every format; import them again where that can be read."""
    counts = (FEW, many)
    full = [_filled(home, count) for count in counts]
    for slug, found in WRITABLE.items():
        paths = [str(home / f"memory-{count}") for count in counts]
        out = [
            child("export", corpus, path, slug) for corpus, path in zip(full, paths, strict=True)
        ]
        _say(report, f"{slug}, out", out, None if slug in WHOLE else GROWTH)
        if found.read:
            into = [new_corpus(f"memory-{slug}-{count}") for count in counts]
            back = [
                child("import", corpus, path, slug)
                for corpus, path in zip(into, paths, strict=True)
            ]
            _say(report, f"{slug}, in", back, GROWTH)


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
    corpus = new_corpus(f"memory-{count}")
    child("import", corpus, str(path))
    return corpus
