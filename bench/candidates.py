"""What the text offers: the processor time that finding quotations, names and reporting words takes."""

import json
import statistics
import time
from importlib.resources import files
from itertools import cycle, islice

from annotator.text.candidates import candidates
from bench.report import Report

TIMES = 15


def measure(report: Report) -> None:
    report.limit("candidates of 500 words", _median(_text(500)), "ms", 10)
    report.limit("candidates of 10,000 words", _median(_text(10_000)), "ms", 200)


def _text(words: int) -> str:
    """Return so many words of the demo's articles, one article after the other."""
    lines = (files("annotator.exchange") / "demo.jsonl").read_text(encoding="utf-8").split("\n")
    articles = [json.loads(line)["text"] for line in lines if line]
    per_round = sum(len(text.split()) for text in articles)
    rounds = words * len(articles) // per_round
    return "\n\n".join(islice(cycle(articles), max(1, rounds)))


def _median(text: str) -> float:
    times = []
    for _ in range(TIMES):
        began = time.process_time()
        candidates(text)
        times.append(time.process_time() - began)
    return statistics.median(times) * 1e3
