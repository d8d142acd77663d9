"""Every page of the product, and what of it htmx swaps, in a corpus made of attacks (canary.py).

Each person's tour is taken once and looked at from four sides: does anything typed run, is it
shown as typed, is it accessible, does it fit. Pages come from the resolver: a new one is in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Page

from annotator.accounts.models import User
from tests.browser.axe import violations
from tests.browser.canary import (
    COLUMNS,
    SHOWN,
    planted,
    session_of,
)
from tests.test_permissions import OURS, address

LOOKS = [(1280, "light"), (360, "dark")]
# Nothing of the product looks like this: an element here came out of what somebody typed.
FOREIGN = (
    "img:not([src^='/static/'], [src^='data:image/svg']), a[href^='javascript:' i], [hx-get='/x'], "
    "[onerror], [onload], script:not([src], [type='application/json']), iframe, object, [style*='x']"
)
# What the page shows, and what it keeps for its scripts.
TEXTS = """() => [
  document.title, document.body.innerText,
  ...Array.from(document.querySelectorAll("input, textarea, option"), (e) => e.value),
  ...Array.from(document.querySelectorAll("[data-span]"), (e) => e.dataset.span),
].join("\\n")"""
UNFOLD = "for (const fold of document.querySelectorAll('details:not(.menu)')) fold.open = true"
ACTIONS = "main .button--primary, main #text, main a[href], main button, main input, main summary"
# Mark what people came to do, and name it.
MARK = """(actions) => {
  const seen = (one) => one.checkVisibility() && !one.disabled;
  const found = Array.from(document.querySelectorAll(actions)).filter(seen);
  const action = found.find((one) => one.matches(".button--primary, #text")) ?? found[0];
  action?.setAttribute("data-main-action", "");
  return Boolean(action);
}"""
# What has the focus: whether it is the main action, and what is wrong with how it shows.
FOCUS = """() => {
  const one = document.activeElement;
  const shown = one.closest(".dropzone") ?? one;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown);
  const ring = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  const { left, top, width, height } = shown.getBoundingClientRect();
  const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8], [0.1, 0.8], [0.9, 0.2]];
  const free = points.some(([x, y]) => {
    const top_most = document.elementFromPoint(left + x * width, top + y * height);
    return top_most && (shown.contains(top_most) || top_most.contains(shown));
  });
  const wrong = !ring ? "has no ring" : !free ? "is hidden" : "";
  return {
    skip: one.matches(".skip") && top >= 0,
    content: one.id === "content",
    action: one.hasAttribute("data-main-action"),
    wrong: wrong && `${one.outerHTML.slice(0, 120)} ${wrong}`,
  };
}"""


@dataclass
class Tour:
    """What was found wrong on the way, by kind, and all text that was seen."""

    page: Page
    origin: str
    names: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    inaccessible: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    keyboard: list[str] = field(default_factory=list)
    texts: str = ""

    def watch(self) -> None:
        """Note what a page complains of and where it turns to."""
        page = self.page
        page.on("pageerror", lambda error: self.ran.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        page.on("dialog", lambda dialog: self.ran.append(f"{page.url}: {dialog.message}"))
        page.on("request", self._requested)

    def _heard(self, message) -> None:
        # A page that answers 404 or 422 is meant to; a part of it is not.
        own = message.location.get("url") == self.page.url
        refused = "status of 4" in message.text
        if message.type == "error" and not (own and refused):
            self.ran.append(f"{self.page.url}: {message.text} {message.location}")

    def _requested(self, request) -> None:
        ours = request.url.startswith((self.origin, "data:", "blob:"))
        if not ours or request.url == f"{self.origin}/x":
            self.ran.append(f"{self.page.url} asked for {request.url}")

    def open(self, name: str, path: str) -> None:
        self.page.goto(self.origin + path)
        self.look(name)
        self.tab(name)

    def look(self, name: str) -> None:
        """Look at the page as it stands: wide and light, narrow and dark."""
        self.names.append(name)
        self.page.evaluate(UNFOLD)
        self.page.locator(".htmx-request").first.wait_for(state="detached")
        self.texts += self.page.evaluate(TEXTS)
        if self.page.evaluate("window.__x"):
            self.ran.append(f"{name}: a script of the corpus ran")
        for element in self.page.locator(FOREIGN).all():
            self.ran.append(f"{name}: {element.evaluate('one => one.outerHTML')}")
        for width, scheme in LOOKS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.emulate_media(color_scheme=scheme)
            self.inaccessible += [f"{name} ({scheme}) {found}" for found in violations(self.page)]
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.too_wide.append(f"{name}: {wide} at {width}")
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def tab(self, name: str) -> None:
        """Go over the skip link to what people come to this page for, by Tab."""
        page = self.page
        if not page.evaluate(MARK, ACTIONS):
            self.keyboard.append(f"{name}: nothing to do on this page")
            return
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Tab")
        if not page.evaluate(FOCUS)["skip"]:
            self.keyboard.append(f"{name}: the first Tab is not on the skip link")
            return
        page.keyboard.press("Enter")
        if not page.evaluate(FOCUS)["content"]:
            self.keyboard.append(f"{name}: the skip link does not lead to the content")
        for _ in range(60):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus["wrong"]:
                self.keyboard.append(f"{name}: {focus['wrong']}")
            if focus["action"]:
                return
        self.keyboard.append(f"{name}: Tab does not reach the main action")


def pages(world: dict, get: Callable) -> Iterator[tuple[str, str]]:
    """Yield the name and address of every page that answers somebody with HTML."""
    for name in OURS:
        if name.startswith("api:"):
            continue
        path = address(name, world)
        answer = get(path)
        if answer.ok and "text/html" in answer.headers["content-type"]:
            yield name, path


def all_pages(tour: Tour, context: BrowserContext, world: dict) -> None:
    def get(path):
        return context.request.get(tour.origin + path, max_redirects=0)

    for name, path in list(pages(world, get)):
        tour.open(name, path)


def of_manuela(tour: Tour, context: BrowserContext, world: dict) -> None:
    all_pages(tour, context, world)


def of_alice(tour: Tour, context: BrowserContext, world: dict) -> None:
    all_pages(tour, context, world)


def of_nobody(tour: Tour, context: BrowserContext, world: dict) -> None:
    all_pages(tour, context, world)


TOURS = {"manuela": of_manuela, "alice": of_alice, "nobody": of_nobody}


@pytest.fixture(scope="module", params=TOURS)
def tour(request, django_db_setup, django_db_blocker, live_server, browser) -> Tour:
    with django_db_blocker.unblock(), planted() as world:
        context = browser.new_context()
        if User.objects.filter(username=request.param).exists():
            cookie = {"name": "sessionid", "value": session_of(request.param)}
            context.add_cookies([cookie | {"url": live_server.url}])
        tour = Tour(context.new_page(), live_server.url)
        tour.watch()
        TOURS[request.param](tour, context, world)
        context.close()
    return tour


def test_nothing_that_people_typed_runs(tour):
    assert tour.ran == []


def test_every_page_is_accessible(tour):
    assert tour.inaccessible == []


def test_no_page_scrolls_sideways(tour):
    assert tour.too_wide == []


def test_every_page_is_used_by_keyboard(tour):
    assert tour.keyboard == []


@pytest.mark.parametrize("tour", ["manuela"], indirect=True)
def test_everything_typed_is_shown_as_typed(tour):
    missing = [column for column in COLUMNS if f"{column} {SHOWN}" not in tour.texts]
    assert missing == []
