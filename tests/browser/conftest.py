"""Chromium against the live server: pages as people meet them."""

import os
import shutil
from pathlib import Path

import pytest

from annotator.readings.actions import apply_edits
from annotator.readings.models import Reading
from tests.browser.axe import violations
from tests.browser.desk import Desk
from tests.browser.samples import FERRIES, TITLE
from tests.factories import ArticleFactory

# Playwright's own loop runs in this thread; the tests' queries are as synchronous as anywhere.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def base_url():
    """None: the live server has another address each time. (The plugin's own one warns.)"""


@pytest.fixture(scope="session")
def _verify_url():
    """Replace the plugin's check of ``base_url``, which warns as well."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium where there is one; Playwright's own download elsewhere."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"args": args} | ({"executable_path": found} if found else {})


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
