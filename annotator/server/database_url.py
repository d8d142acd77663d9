"""DATABASE_URL -> the Django DATABASES entry; and the connection settings that both kinds of server share."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from annotator.server.problems import ServerProblem

OLDEST = 15  # multiranges came with 14, NULLS NOT DISTINCT and security_invoker views with 15
SPELLING = "postgresql://user:password@host:5432/database"
OTHERS = {
    "sqlite": "SQLite",
    "sqlite3": "SQLite",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "oracle": "Oracle",
    "mssql": "SQL Server",
    "cockroach": "CockroachDB",
    "cockroachdb": "CockroachDB",
    "mongodb": "MongoDB",
}
# Parts of the URL that libpq also takes as options; in the query they would contradict the URL.
PLACES = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}

Entry = dict[str, Any]  # Any: the shape of Django's DATABASES entries


class DatabaseURLProblem(ServerProblem, ValueError):
    """DATABASE_URL names something that Annotator cannot use."""


def parse(url: str, environ: Mapping[str, str] = os.environ) -> Entry:
    """Return the Django DATABASES entry for a postgresql:// URL; anything else is refused by name."""
    parts = _split(url)
    entry: Entry = {
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(_host(parts)),
        "PORT": _port(parts),
    }
    options: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name in PLACES:
            entry[PLACES[name]] = entry[PLACES[name]] or value
        else:
            options[name] = value
    if not entry["NAME"]:
        raise DatabaseURLProblem(f"DATABASE_URL names no database. Write {SPELLING}.")
    return with_defaults(entry, options, environ)


def with_defaults(
    entry: Entry, options: Mapping[str, str] | None = None, environ: Mapping[str, str] = os.environ
) -> Entry:
    """Add what every connection gets: limits on waiting, a health check, a name to be recognised by."""
    limits = {
        "statement_timeout": environ.get("ANNOTATOR_STATEMENT_TIMEOUT", "60s"),
        "lock_timeout": environ.get("ANNOTATOR_LOCK_TIMEOUT", "10s"),
        "idle_in_transaction_session_timeout": environ.get("ANNOTATOR_IDLE_TIMEOUT", "60s"),
    }
    given = dict(options or {})
    flags = " ".join(f"-c {name}={value}" for name, value in limits.items())
    pool = environ.get("ANNOTATOR_POOL")
    return entry | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0 if pool else 600,
        "CONN_HEALTH_CHECKS": True,  # a connection that PostgreSQL dropped is replaced, not used
        "OPTIONS": {
            "application_name": "annotator",
            "connect_timeout": 5,
            **({"pool": pool_of(int(pool))} if pool else {}),
            **given,
            # libpq takes the last of two equal flags, so the URL's own win.
            "options": f"{flags} {given.get('options', '')}".strip(),
        },
    }


def pool_of(size: int) -> dict[str, int]:
    """Return the settings of a web worker's pool: its many threads share so many connections."""
    return {"min_size": 1, "max_size": size, "timeout": 10, "max_idle": 60}


def version_problem(server_version: int) -> str | None:
    """Return a sentence when a server is too old; `server_version` as PostgreSQL counts it, e.g. 150004."""
    if server_version // 10_000 >= OLDEST:
        return None
    return (
        f"The database runs PostgreSQL {server_version // 10_000}, "
        f"but Annotator needs PostgreSQL {OLDEST} or newer."
    )


def _split(url: str) -> SplitResult:
    scheme = url.partition(":")[0].strip().lower().partition("+")[0]
    if scheme in {"postgres", "postgresql"}:
        try:
            return urlsplit(url.strip())
        except ValueError as error:
            raise DatabaseURLProblem(
                f"DATABASE_URL cannot be read ({error}). Write {SPELLING}."
            ) from error
    name = OTHERS.get(scheme)
    if name is None:  # The URL itself is not shown: it may hold a password.
        raise DatabaseURLProblem(f"DATABASE_URL is not a PostgreSQL URL. Write {SPELLING}.")
    raise DatabaseURLProblem(
        f"DATABASE_URL names {name}, but Annotator runs on PostgreSQL only. "
        f"Write {SPELLING}, or leave DATABASE_URL out to use the PostgreSQL that comes along."
    )


def _host(parts: SplitResult) -> str:
    """Return the host as written: urlsplit's own `hostname` would lower-case a socket's folder."""
    place = parts.netloc.rpartition("@")[2]
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.partition(":")[0]


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError as error:
        raise DatabaseURLProblem("The port in DATABASE_URL is not a number up to 65535.") from error
