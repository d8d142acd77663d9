"""Chromium against the live server: pages as people meet them."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import expect

from annotator.management.preparation import NOT_COLLECTED
from annotator.readings.actions import apply_edits
from annotator.readings.models import Reading
from tests.browser.axe import violations
from tests.browser.chromium import launch_args
from tests.browser.desk import Desk
from tests.browser.in_flight import InFlight
from tests.browser.samples import FERRIES, TITLE
from tests.factories import ArticleFactory

# Playwright's own loop runs in this thread; the tests' queries are as synchronous as anywhere.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=30_000)  # as patient as everything else that Playwright waits for
HASHED = settings.STORAGES | {"staticfiles": {"BACKEND": "annotator.www.static.HashedStaticFiles"}}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
    # The longest file first: else one core would wait for it at the end.
    items.sort(key=lambda item: item.path.name != "test_every_page.py")


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The static files as the product serves them: joined and under hashed names."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=HASHED):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_COLLECTED)
    return folder


@pytest.fixture(scope="package", autouse=True)
def _served(collected):
    # The live server looks where the finders look; a module alone is still there, for tests of its own.
    folders = [collected, *settings.STATICFILES_DIRS]
    with override_settings(STATIC_ROOT=collected, STATICFILES_DIRS=folders, STORAGES=HASHED):
        yield


@pytest.fixture(scope="session")
def in_flight():
    return InFlight()


@pytest.fixture(autouse=True)
def _answered(_django_db_helper, in_flight):
    """Empty no table, and close no connection, below a request of a page that is closed by now."""
    yield
    in_flight.wait_for_none()


@pytest.fixture(scope="session")
def base_url():
    """None: the live server has another address each time. (The plugin's own one warns.)"""


@pytest.fixture(scope="session")
def _verify_url():
    """Replace the plugin's check of ``base_url``, which warns as well."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium where there is one; Playwright's own download elsewhere."""
    return browser_type_launch_args | launch_args()


@pytest.fixture
def sign_in(context, live_server, client):
    """Sign somebody in, in the browser."""

    def sign_in(user):
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def ferries(corpus):
    return ArticleFactory(
        corpus=corpus,
        key="ferries",
        title=TITLE,
        text=FERRIES,
        meta={"source": "Island Courier", "published": "2026-03-03"},
    )


@pytest.fixture
def problems(page):
    """What the page complained of: errors of scripts and refusals by the content policy."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda message: (
            found.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield found
    assert found == []


@pytest.fixture
def desk(page, live_server, sign_in, alice, ferries, problems):
    """Alice at her desk, with the article about the ferries."""
    sign_in(alice)
    found = Desk(page, f"{live_server.url}/articles/{ferries.pk}/", ferries)
    found.open()
    return found


@pytest.fixture
def save(alice, ferries):
    """Store edits of Alice's as if she had made them before."""

    def save(*edits):
        reading = Reading.objects.filter(article=ferries, user=alice).first()
        version = reading.version if reading else 0
        return apply_edits(article=ferries, by=alice, base_version=version, edits=edits)

    return save


@pytest.fixture
def axe(page):
    """Check the page as it stands against WCAG 2.2 AA; return what is wrong."""
    return lambda other=page: violations(other)
