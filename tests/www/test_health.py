import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from annotator.jobs.models import NO_WORKER
from tests.jobs.jobs import seen_worker


def test_process_lives_without_a_database(client):
    # No database mark: a query would fail this test.
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_when_database_migrations_and_worker_are(client, empty_queue):
    seen_worker()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
    }


@pytest.mark.parametrize("seconds_ago", [None, 60])
def test_not_ready_without_a_worker(client, empty_queue, seconds_ago):
    if seconds_ago:
        seen_worker(seconds_ago)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["reason"] == NO_WORKER


def test_not_ready_before_migrations_are_applied(client, db):
    MigrationRecorder.Migration.objects.filter(app="annotator").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "to be applied" in response.json()["reason"]


def test_not_ready_without_a_database_and_says_nothing_secret(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("password of role annotator at db.internal is wrong")

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr("annotator.www.health.MigrationExecutor", refuse)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["reason"] == "The database does not answer."


def test_health_takes_no_post(client):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405
