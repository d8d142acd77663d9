import pytest


@pytest.fixture
def client_of(client):
    """Sign somebody in and ask: ``client_of(alice).get("/")``."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def htmx():
    """The header by which htmx asks for a fragment: ``client.get(url, headers=htmx)``."""
    return {"HX-Request": "true"}
