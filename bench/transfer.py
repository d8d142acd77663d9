"""Import and export, held against PostgreSQL's own COPY of the same rows."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.db import connection

from annotator.corpora.actions import create_corpus
from annotator.corpora.models import Corpus
from annotator.exchange.rows import TABLES
from annotator.formats import FORMATS
from annotator.schemas.templates import apply_template
from bench import corpora
from bench.report import Report

ROUNDS = 3
# The rows of one corpus as another's: ids moved, labels and types by their keys.
SHIFTED = {
    "articles": """SELECT a.id + %(shift)s, %(into)s, a.key, a.title, a.text, a.sha256, a.length, a.meta
        FROM annotator_article a WHERE a.corpus_id = %(corpus)s ORDER BY a.id""",
    "readings": """SELECT r.id + %(shift)s, r.article_id + %(shift)s, r.reader, r.origin, r.user_id,
        r.state, r.version FROM annotator_reading r JOIN annotator_article a ON a.id = r.article_id
        WHERE a.corpus_id = %(corpus)s ORDER BY r.id""",
    "edits": """SELECT gen_random_uuid(), e.reading_id + %(shift)s, e.version, e.kind, e."group",
        e.by_id, e.before, e.after, e.fingerprint
        FROM annotator_edit e JOIN annotator_reading r ON r.id = e.reading_id
        JOIN annotator_article a ON a.id = r.article_id
        WHERE a.corpus_id = %(corpus)s ORDER BY e.reading_id""",
    "spans": """SELECT s.id + %(shift)s, s.reading_id + %(shift)s, s.key, m.id, s.extent,
        s.attributes, s.entity_id
        FROM annotator_span s JOIN annotator_label l ON l.id = s.label_id
        JOIN annotator_label m ON m.corpus_id = %(into)s AND m.key = l.key
        WHERE l.corpus_id = %(corpus)s ORDER BY s.id""",
    "relations": """SELECT r.id + %(shift)s, r.reading_id + %(shift)s, r.key, u.id,
        r.source_id + %(shift)s, r.target_id + %(shift)s
        FROM annotator_relation r JOIN annotator_relationtype t ON t.id = r.type_id
        JOIN annotator_relationtype u ON u.corpus_id = %(into)s AND u.key = t.key
        WHERE t.corpus_id = %(corpus)s ORDER BY r.id""",
}
AS_JSON = """
COPY (SELECT json_build_object('id', a.key, 'text', a.text, 'sha256', a.sha256, 'title', a.title,
  'meta', a.meta,
  'spans', (SELECT json_agg(json_build_object('id', s.key, 'label', l.key, 'start', lower(s.extent),
      'end', upper(s.extent), 'text', substr(a.text, lower(s.extent) + 1,
                                             upper(s.extent) - lower(s.extent)),
      'attributes', s.attributes) ORDER BY lower(s.extent), upper(s.extent) DESC, s.key)
    FROM annotator_span s JOIN annotator_label l ON l.id = s.label_id WHERE s.reading_id = r.id),
  'relations', (SELECT json_agg(json_build_object('id', n.key, 'type', t.key, 'from', f.key,
      'to', g.key) ORDER BY n.id)
    FROM annotator_relation n JOIN annotator_relationtype t ON t.id = n.type_id
    JOIN annotator_span f ON f.id = n.source_id JOIN annotator_span g ON g.id = n.target_id
    WHERE n.reading_id = r.id),
  'reader', r.reader, 'origin', r.origin, 'state', r.state)
FROM annotator_article a JOIN annotator_reading r ON r.article_id = a.id
WHERE a.corpus_id = {corpus} ORDER BY a.id, r.id) TO STDOUT"""


def measure(report: Report, home: Path, articles: int) -> Corpus:
    """Import and export ``articles`` three times; return the last corpus made."""
    path = home / "bench.jsonl"
    with path.open("wb") as stream:
        for line in FORMATS["jsonl"].write(corpora.documents(articles), print):
            stream.write(line)
    imports, copies, exports, jsons = [], [], [], []
    for number in range(ROUNDS):
        corpus = new_corpus(f"ours-{number}")
        imports.append(child("import", corpus, str(path)))
        other = new_corpus(f"raw-{number}")
        copies.append(_raw_copy(home, corpus, other, shift=(number + 1) * 100_000_000))
        analyze()
        exports.append(child("export", corpus))
        jsons.append(_raw_json(corpus))
    size = path.stat().st_size / 1e6
    note = f"{articles:,} articles, {size:.0f} MB"
    report.ratio(
        "import",
        [one["seconds"] for one in imports],
        copies,
        "COPY of the same rows",
        2.5,
        note=note,
    )
    report.ratio(
        "export",
        [one["seconds"] for one in exports],
        jsons,
        "COPY (SELECT json_build_object …)",
        2.5,
        note=note,
    )
    report.limit("import, memory at its peak", max(one["mb"] for one in imports), "MB", 150)
    report.limit("export, memory at its peak", max(one["mb"] for one in exports), "MB", 150)
    return corpus


def new_corpus(slug: str) -> Corpus:
    corpus = create_corpus(name=slug, slug=slug, by=None)
    apply_template(corpus=corpus, template="quotes")
    return corpus


def analyze() -> None:
    """Give the planner its figures and the search its index, as autovacuum does a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def child(what: str, corpus: Corpus, *more: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.child", what, corpus.slug, *more],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said: dict[str, float] = json.loads(done.stdout)
    return said


def _raw_copy(home: Path, corpus: Corpus, into: Corpus, shift: int) -> float:
    """Write the rows of ``corpus`` to files, and time their COPY into the same tables."""
    raw: Any = connection.connection  # psycopg's own
    given = {"corpus": corpus.pk, "into": into.pk, "shift": shift}
    for name, select in SHIFTED.items():
        with (home / name).open("wb") as stream, raw.cursor() as cursor:
            sql = select.replace("%%", "%") % given
            with cursor.copy(f"COPY ({sql}) TO STDOUT") as copy:
                for block in copy:
                    stream.write(block)
    began = time.perf_counter()
    with raw.transaction(), raw.cursor() as cursor:
        for name, (table, columns) in TABLES.items():
            with (
                (home / name).open("rb") as stream,
                cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
            ):
                while block := stream.read(256 * 1024):
                    copy.write(block)
    return time.perf_counter() - began


def _raw_json(corpus: Corpus) -> float:
    raw: Any = connection.connection
    began = time.perf_counter()
    with raw.cursor() as cursor, cursor.copy(AS_JSON.format(corpus=corpus.pk)) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - began


def some_articles(home: Path, articles: int) -> Corpus:
    """Import a few articles, for the other parts to work on."""
    path = home / "few.jsonl"
    path.write_bytes(b"".join(FORMATS["jsonl"].write(corpora.documents(articles), print)))
    corpus = new_corpus("few")
    child("import", corpus, str(path))
    analyze()
    return corpus
