"""`make bench`: everything that is measured, as one table."""

import argparse
import os
import time
from pathlib import Path

from bench.product import running, temporary_home
from bench.report import Report

PARTS = ("candidates", "transfer", "saving", "pages", "desk", "memory")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000, help="of 500 words (default: 2,000)")
    parser.add_argument("--table", type=int, default=100_000, help="articles of the large table")
    parser.add_argument(
        "--many", type=int, default=20_000, help="articles that formats take in and out"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="leave the other parts out")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    report = Report()
    with temporary_home() as home, running(home) as product:
        _begin()
        report.limit("first start, to ready", product.start_seconds, "s", None)
        time.sleep(3)
        report.limit("idle memory, database included", product.memory(), "MB", 200)
        _measure(report, home, product, chosen)
    print("\n" + report.table())
    if chosen.json:
        chosen.json.write_text(report.as_json())


def _begin() -> None:
    """Let this process use the product's models and its database."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "annotator.settings"
    os.environ.update(ANNOTATOR_STATEMENT_TIMEOUT="0", ANNOTATOR_IDLE_TIMEOUT="0")
    django.setup()
    from django.db import connection

    connection.ensure_connection()


def _measure(report: Report, home: Path, product: object, chosen: argparse.Namespace) -> None:
    # Only now: they import models.
    from bench import candidates, desk, memory, pages, saving, transfer
    from bench.product import Product

    assert isinstance(product, Product)
    parts = chosen.only or PARTS
    if "candidates" in parts:
        candidates.measure(report)
    if "transfer" in parts:
        corpus = transfer.measure(report, home, chosen.articles)
    else:
        corpus = transfer.some_articles(home, 100)
    if "saving" in parts:
        saving.measure(report, product, corpus)
    if "pages" in parts:
        pages.measure(report, product, corpus, chosen.table)
    if "desk" in parts:
        desk.measure(report, product)
    if "memory" in parts:
        memory.measure(report, home, chosen.many)


if __name__ == "__main__":
    main()
