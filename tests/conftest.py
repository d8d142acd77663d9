import pytest
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings

from tests.jobs.jobs import empty_queue, storage
from tests.people import alice, article, bob, charlie, corpus, manuela, root, vera

__all__ = [
    "alice",
    "article",
    "bob",
    "charlie",
    "corpus",
    "empty_queue",
    "manuela",
    "root",
    "storage",
    "vera",
]

# Nothing is asserted about how long a busy machine takes.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def in_process(settings):
    """The product as a WSGI application, within the test's own transaction."""
    settings.ALLOWED_HOSTS = ["localhost"]
    both = signals.request_started, signals.request_finished
    for signal in both:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in both:
        signal.connect(close_old_connections)
