import pytest

from annotator.server.database_url import DatabaseURLProblem, parse, version_problem


def test_url_becomes_a_django_database():
    entry = parse("postgresql://ann:secret@db.example:5433/news")

    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert [entry[k] for k in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ann",
        "secret",
        "db.example",
        "5433",
        "news",
    ]
