import pytest

from annotator.server.database_url import DatabaseURLProblem, parse, version_problem

PLACES = ("USER", "PASSWORD", "HOST", "PORT", "NAME")


def test_url_becomes_a_django_database():
    entry = parse("postgresql://ann:secret@db.example:5433/news")

    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert [entry[k] for k in PLACES] == ["ann", "secret", "db.example", "5433", "news"]


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("postgres://a%40b:p%2Fw%3A@h/d", ["a@b", "p/w:", "h", "", "d"]),
        ("postgresql://%2Fvar%2FRun/d", ["", "", "/var/Run", "", "d"]),
        ("postgresql:///d?host=/var/Run&user=u&port=6543", ["u", "", "/var/Run", "6543", "d"]),
        ("postgresql://u@[2001:db8::1]:5433/d%20e", ["u", "", "2001:db8::1", "5433", "d e"]),
        ("  POSTGRES://u@h/d\n", ["u", "", "h", "", "d"]),
    ],
)
def test_url_is_read_as_libpq_does(url, places):
    entry = parse(url)

    assert [entry[k] for k in PLACES] == places


def test_options_of_the_url_reach_libpq_and_win():
    options = parse("postgresql://h/d?sslmode=require&options=-c%20lock_timeout%3D3s")["OPTIONS"]

    assert options["sslmode"] == "require"
    assert options["options"].endswith("-c lock_timeout=3s")


def test_waiting_is_limited_and_the_limit_can_be_changed():
    flags = parse("postgresql://h/d", environ={"ANNOTATOR_STATEMENT_TIMEOUT": "0"})["OPTIONS"]

    assert "statement_timeout=0" in flags["options"]
    assert "lock_timeout=10s" in flags["options"]
    assert "pool" not in flags


def test_web_workers_get_a_pool():
    entry = parse("postgresql://h/d", environ={"ANNOTATOR_POOL": "7"})

    assert entry["OPTIONS"]["pool"]["max_size"] == 7
    assert entry["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///db.sqlite3", "SQLite"),
        ("mysql://root:hunter2@h/d", "MySQL"),
        ("oracle://h/d", "Oracle"),
        ("/home/me/db.sqlite3", "not a PostgreSQL URL"),
        ("postgresql://u:hunter2@h", "names no database"),
        ("postgresql://u:hunter2@h:99999/d", "port"),
        ("postgresql://u:hunter2@[::1/d", "cannot be read"),
    ],
)
def test_anything_else_is_refused_by_name_and_no_password_shown(url, said):
    with pytest.raises(DatabaseURLProblem) as refusal:
        parse(url)

    assert said in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_old_server_is_refused():
    assert version_problem(150004) is None
    assert "PostgreSQL 14," in str(version_problem(140012))
