"""Every page of the product, and what of it htmx swaps, in a corpus made of attacks (canary.py).

One tour is taken, by an annotator, a manager and somebody without an account; then it is looked at
from all sides: does anything typed run, is it shown as typed, is it accessible, does it fit. Pages
come from the resolver, so a new one is in; a template that no page shows fails the last test.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings
from django.test.signals import template_rendered
from playwright.sync_api import BrowserContext, Page

from annotator.accounts.models import User
from tests.browser.axe import violations
from tests.browser.canary import (
    ATTACK,
    COLUMNS,
    EMAIL,
    PASSWORD,
    SECRET,
    SHOWN,
    attack,
    planted,
)
from tests.test_permissions import OURS, address

LOOKS = [(1280, "light"), (360, "dark")]
# A page of allauth's that nothing leads to: addresses are confirmed without being asked for.
DEAD_END = "account_email_verification_sent"
# Nothing of the product looks like this: an element here came out of what somebody typed.
FOREIGN = (
    "img:not([src^='/static/'], [src^='data:image/svg']), a[href^='javascript:' i], [hx-get='/x'], "
    "[onerror], [onload], script:not([src], [type='application/json']), iframe, object, "
    "[style*='x']:not(.overlay *)"  # scripts put what lies over the text in its place
)
# What the page shows; the keys of spans, which it only keeps for its scripts.
TEXTS = """() => [
  document.title, document.body.innerText,
  ...Array.from(document.querySelectorAll(".para__text"), (e) => e.textContent),
  ...Array.from(document.querySelectorAll("[data-span]"), (e) => e.dataset.span),
].join("\\n")"""
# What makes the page scroll sideways: the innermost elements that stick out, and that no box clips.
STICKING_OUT = """(width) => {
  if (document.documentElement.scrollWidth <= width) return [];
  const style = (one) => getComputedStyle(one);
  const around = (one) => style(one).position === "absolute" ? one.offsetParent : one.parentElement;
  const clipped = (one) => {
    for (let box = around(one); box && box !== document.body; box = around(box))
      if (style(box).overflowX !== "visible") return true;
    return false;
  };
  const edge = (one) => Math.round(one.getBoundingClientRect().right);
  const out = (one) => edge(one) > width && one.checkVisibility() && !clipped(one);
  return ["the page"].concat(Array.from(document.body.querySelectorAll("*"))
    .filter((one) => out(one) && !Array.from(one.children).some(out))
    .map((one) => `${edge(one)} ${one.outerHTML.slice(0, 120)}`));
}"""
UNFOLD = "for (const fold of document.querySelectorAll('details:not(.menu)')) fold.open = true"
# Some pages put the focus where work begins; Tab is to start at the very top all the same.
TO_THE_TOP = (
    "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')"
)
ACTIONS = "main .button--primary, main #text, main a[href], main button, main input, main summary"
# Mark what people came to do, and name it.
# Found anew where a list fetched itself again in the meantime.
MARK = """(actions) => {
  if (document.querySelector("[data-main-action]")) return true;
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

    origin: str
    world: dict
    page: Page | None = None
    who: str = ""
    ran: list[str] = field(default_factory=list)
    inaccessible: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    keyboard: list[str] = field(default_factory=list)
    texts: str = ""
    templates: set[str] = field(default_factory=set)

    def begin(self, who: str, context: BrowserContext) -> None:
        """Go on as somebody else; note what pages complain of and where they turn to."""
        self.who = who
        self.page = page = context.new_page()
        page.on("pageerror", lambda error: self.ran.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        page.on("dialog", lambda dialog: self.ran.append(f"{page.url}: {dialog.message}"))
        page.on("request", self._requested)

    def _heard(self, message) -> None:
        # A page that answers 404 or 422 is meant to, and one upload that is too large.
        own = message.location.get("url") == self.page.url
        refused = own and "the server responded with a status of" in message.text
        by_htmx = message.text.startswith("Response Status Error Code 413")
        if message.type == "error" and not refused and not by_htmx:
            self.ran.append(f"{self.page.url}: {message.text} {message.location}")

    def _requested(self, request) -> None:
        ours = request.url.startswith((self.origin, "data:", "blob:"))
        if not ours or request.url == f"{self.origin}/x":
            self.ran.append(f"{self.page.url} asked for {request.url}")

    def open(self, name: str, path: str) -> None:
        self.page.goto(self.origin + path)
        self.look(name)
        self.tab(name)

    def path(self, name: str) -> str:
        return address(name, self.world)

    def look(self, name: str) -> None:
        """Look at the page as it stands: wide and light, narrow and dark."""
        name = f"{self.who}, {name}"
        self.page.evaluate(UNFOLD)
        self.page.locator(".htmx-request").first.wait_for(state="detached")
        self.texts += self.page.evaluate(TEXTS)
        if self.page.evaluate("window.__x"):
            self.ran.append(f"{name}: a script of the corpus ran")
        for element in self.page.locator(FOREIGN).all():
            self.ran.append(f"{name}: {element.evaluate('one => one.outerHTML.slice(0, 200)')}")
        for width, scheme in LOOKS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.emulate_media(color_scheme=scheme)
            self.inaccessible += [f"{name} ({scheme}) {found}" for found in violations(self.page)]
            if sticking_out := self.page.evaluate(STICKING_OUT, width):
                self.too_wide.append(f"{name} at {width}: {sticking_out}")
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def tab(self, name: str) -> None:
        """Go over the skip link to what people come to this page for, by Tab."""
        page, name = self.page, f"{self.who}, {name}"
        if not page.evaluate(MARK, ACTIONS):
            if not name.endswith(DEAD_END):
                self.keyboard.append(f"{name}: nothing to do on this page")
            return
        page.evaluate(TO_THE_TOP)
        page.keyboard.press("Tab")
        if not page.evaluate(FOCUS)["skip"]:
            self.keyboard.append(f"{name}: the first Tab is not on the skip link")
            return
        page.keyboard.press("Enter")
        if not page.evaluate(FOCUS)["content"]:
            self.keyboard.append(f"{name}: the skip link does not lead to the content")
        for _ in range(60):
            page.keyboard.press("Tab")
            page.evaluate(MARK, ACTIONS)
            focus = page.evaluate(FOCUS)
            if focus["wrong"]:
                self.keyboard.append(f"{name}: {focus['wrong']}")
            if focus["action"]:
                break
        else:
            self.keyboard.append(f"{name}: Tab does not reach the main action")
        page.keyboard.press("Escape")  # at the desk Tab goes through the spans first
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS)["action"]:
            self.keyboard.append(f"{name}: Tab does not leave the main action")


def all_pages(tour: Tour) -> None:
    """Open every page that answers with HTML."""
    for name in OURS:
        if name.startswith("api:") or (tour.who == "alice" and name.startswith("account_")):
            continue  # JSON; as Manuela's
        if name == "changes":
            continue  # fragments for the desk, no page
        path = tour.path(name)
        answer = tour.page.request.get(tour.origin + path, max_redirects=0)
        if answer.ok and "text/html" in answer.headers["content-type"]:
            tour.open(name, path)


def sign_in(tour: Tour) -> None:
    """Sign in, and give the password again: the pages of the second factor ask for that."""
    client = Client()
    client.force_login(User.objects.get(username=tour.who))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": tour.origin}
    tour.page.context.add_cookies([cookie])
    tour.page.goto(f"{tour.origin}/accounts/reauthenticate/?next=/account/")
    send(tour, "Confirm", password=PASSWORD)
    tour.page.wait_for_url("**/account/")


def of_manuela(tour: Tour) -> None:
    sign_in(tour)
    all_pages(tour)
    typed = quote(ATTACK, safe="")
    for path in (
        "/corpora/empty/",
        "/corpora/empty/progress/",
        "/corpora/empty/guidelines/",
        "/corpora/empty/schema/",
        "/corpora/empty/export/",
        "/corpora/empty/releases/",
        "/corpora/empty/releases/new/",
        "/corpora/news/releases/1/changes/?since=2",
        f"/corpora/news/schema/labels/quote/key/?key=words&name={typed}",
        "/corpora/news/schema/labels/quote/merger/?into=claim",
        f"/corpora/news/schema/labels/quote/split/?value=kind%3Ddirect&key=words&name={typed}",
        "/corpora/empty/next/",
        f"/corpora/news/?search={typed}&reader={typed}&state={typed}&order={typed}",
        f"/corpora/news/export/?reader={typed}",
        f"/corpora/news/export/file/?format={typed}",
        "/corpora/empty/jobs/",
        "/jobs/1/",
        f"/articles/{tour.world['pk']}/?reader=alice",
        f"/articles/{tour.world['pk']}/?reader={quote(attack('reader'))}",
        f"/{typed}/",
    ):
        tour.open(path[:60], path)
    fragments(tour)
    entities(tour)
    errors(tour)
    forms(tour)


def fragments(tour: Tour) -> None:
    """Have htmx swap every part of a page that it can."""
    page = tour.page
    page.goto(f"{tour.origin}/corpora/news/")
    with page.expect_response("**search=*"):
        page.get_by_role("searchbox").press_sequentially("article")
    tour.look("articles found")
    page.goto(f"{tour.origin}/corpora/news/export/")
    with page.expect_response("**state=in_progress*"):
        page.get_by_label("State").select_option("in_progress")
    tour.look("export of what is in progress")
    page.goto(f"{tour.origin}/corpora/news/guidelines/edit/")
    with page.expect_response("**/preview/"):
        page.get_by_label("Markdown").fill(f"[a](javascript:alert(1)) {ATTACK}")
    tour.look("guidelines previewed")
    page.goto(f"{tour.origin}/corpora/news/import/")
    line = {"id": "b", "title": ATTACK, "text": ATTACK, "reader": ATTACK, "meta": {ATTACK: ATTACK}}
    strange = {"label": ATTACK, "start": 0, "end": 4}
    for name, lines, button in (
        ("file that is wrong", [line | {"spans": ATTACK}], "Check"),
        ("file with a strange label", [line | {"spans": [strange]}], "Check"),
        ("file that is right", [line], "Check"),
        ("file brought in", [line], "Import 1 article"),
    ):
        if button == "Check":
            content = "\n".join(map(json.dumps, lines)).encode()
            upload = {"name": f"{ATTACK[:100]}.jsonl", "mimeType": "", "buffer": content}
            page.locator("input[type=file]").set_input_files(upload)
        with page.expect_response("**/import/"):
            page.get_by_role("button", name=button, exact=True).click()
        tour.look(name)


def entities(tour: Tour) -> None:
    """Look an entity up, compare two, split one, and be refused a name."""
    page, entity = tour.page, tour.origin + tour.path("entity")
    page.goto(f"{tour.origin}/corpora/news/entities/")
    with page.expect_response("**search=nobody*"):
        page.get_by_role("searchbox").press_sequentially("nobody")
    tour.look("nobody of that name")
    page.goto(f"{entity}merger/?search=other")
    tour.look("found to merge with")
    page.get_by_role("link", name="Compare with other entity").click()
    tour.look("two compared")
    page.goto(f"{entity}split/")
    page.locator("[name=words]").first.check()
    send(tour, "Look at it first", name=ATTACK[:100])
    tour.look("split, looked at first")
    send(tour, "Split")
    tour.look("split")
    page.goto(entity)
    send(tour, "Rename", name="")
    tour.look("name refused")


def errors(tour: Tour) -> None:
    """Look at the pages for what goes wrong."""
    page, changed = tour.page, f"{tour.origin}/corpora/news/settings/"
    page.goto(changed)
    page.evaluate("document.querySelector('main [name=csrfmiddlewaretoken]').remove()")
    send(tour, "Save")
    tour.look("form too old")
    page.goto(changed)
    with override_settings(MAX_FORM_BYTES=100):
        send(tour, "Save")
    tour.look("form too large")
    with patch("annotator.www.home.own_progress", side_effect=RuntimeError):
        page.goto(tour.origin)
        tour.look("server error")
    page.goto(f"{tour.origin}/corpora/news/import/")
    page.get_by_placeholder("Text").fill(ATTACK)
    with override_settings(MAX_UPLOAD_BYTES=100):
        page.get_by_role("button", name="Check").click()
        page.locator("#toasts .message").wait_for()
    tour.look("upload too large")


def forms(tour: Tour) -> None:
    """Send every form something it refuses, or that it shows once it took it."""
    for path, field_name, button in (
        ("/corpora/news/schema/labels/", "key", "Save"),
        ("/corpora/news/schema/labels/quote/", "colour", "Save"),
        ("/corpora/news/schema/labels/quote/attributes/", "choices", "Save"),
        ("/corpora/news/schema/links/", "key", "Save"),
        ("/corpora/news/members/", "username", "Add"),
        ("/corpora/news/members/", "note", "Make the link"),
        ("/corpora/news/settings/", "name", "Save"),
        ("/corpora/", "name", "Create"),
        ("/account/", "name", "Make a token"),
        ("/accounts/password/change/", "oldpassword", "Change Password"),
        ("/accounts/email/", "email", "Add Email"),
    ):
        tour.page.goto(tour.origin + path)
        send(tour, button, **{field_name: ATTACK[:100]})
        tour.look(f"{path} sent")
    tour.page.goto(f"{tour.origin}/corpora/news/schema/")
    tour.page.get_by_role("button", name="Retire label name").click()
    tour.look("label retired")


def send(tour: Tour, button: str, **values: str) -> None:
    """Fill a form in, past what the browser itself would refuse, and send it."""
    pressed = tour.page.get_by_role("button", name=button, exact=True)
    form = tour.page.locator("main form").filter(has=pressed)
    form.evaluate("one => { one.noValidate = true; }")
    for name, value in values.items():
        field = form.locator(f"[name={name}]")
        if field.get_attribute("type") == "color":
            field.evaluate("one => { one.type = 'text'; }")
        field.fill(value)
    pressed.click()


def of_alice(tour: Tour) -> None:
    sign_in(tour)
    all_pages(tour)
    page = tour.page
    tour.open("not for annotators", "/corpora/news/members/")
    page.goto(f"{tour.origin}{tour.path('desk')}")
    for number, item in enumerate(page.locator(".item:visible").all()):
        item.get_by_role("button").click()
        tour.look(f"desk with span {number} selected")
    page.locator("#text").focus()
    for key, seen in (
        ("1", "answered"),
        ("Delete", "removed"),
        ("Control+z", "taken back"),
        ("Control+z", "as before"),
    ):
        page.keyboard.press(key)
        page.locator("#save[data-state=saved]").wait_for()
        tour.look(f"desk, {seen}")
    page.locator("#text").focus()
    page.keyboard.press("?")
    tour.look("keys of the desk")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="How the text looks").click()
    tour.look("desk, how the text looks")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Skip this article").click()
    tour.look("skip, asked why")
    page.locator("#skip").get_by_role("button", name="Go back").click()
    page.get_by_role("button", name="Submit").first.click()
    tour.look("desk, unfinished")
    page.get_by_role("button", name="Submit").last.click()
    page.wait_for_url("**/next/")
    tour.look("all read")
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{tour.origin}{tour.path('desk')}")
    page.get_by_role("button", name="Quotes and claims").click()
    tour.look("desk submitted, with its list opened")


def of_nobody(tour: Tour) -> None:
    all_pages(tour)
    page, origin = tour.page, tour.origin
    tour.open("no such invitation", "/invitations/x/")
    tour.open("no such link", "/sign-in/x/")
    page.goto(origin + tour.path("invitation"))
    send(tour, "Make the account and join", username=ATTACK, password1="a", password2="b")
    tour.look("account refused")
    page.goto(f"{origin}/accounts/login/?next={quote('javascript:window.__x=1')}")
    send(tour, "Sign in", login=ATTACK, password="wrong")
    tour.look("sign-in refused")
    send(tour, "Sign in", login="alice", password=PASSWORD)
    tour.look("second factor")
    send(tour, "Sign In", code=ATTACK[:10])
    tour.look("second factor refused")
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    send(tour, "Sign In", code=code)
    tour.look("signed in")
    page.context.clear_cookies()
    reset_password(tour)
    page.goto(origin + tour.path("sign-in-link"))
    page.get_by_role("button", name="Sign in").click()
    tour.look("account without a password")
    page.get_by_role("link", name="Set a password").click()
    tour.look("set a password")


def reset_password(tour: Tour) -> None:
    page = tour.page
    page.goto(f"{tour.origin}/accounts/password/reset/")
    send(tour, "Send the link", email=EMAIL)
    tour.look("mail sent")
    page.goto(re.search(r"http\S+", mail.outbox[-1].body)[0])
    tour.look("new password")
    send(tour, "Change Password", password1="x", password2="y")
    tour.look("new password refused")
    send(tour, "Change Password", password1=PASSWORD * 2, password2=PASSWORD * 2)
    tour.look("new password taken")
    tour.page.context.clear_cookies()


TOURS = {"alice": of_alice, "manuela": of_manuela, "nobody": of_nobody}


@pytest.fixture(scope="module")
def tour(django_db_setup, django_db_blocker, live_server, browser) -> Tour:
    with django_db_blocker.unblock(), planted() as world:
        tour = Tour(live_server.url, world)

        def rendered(template, **_):
            tour.templates.add(template.name)

        template_rendered.connect(rendered)
        for who, take in TOURS.items():
            with browser.new_context() as context:
                tour.begin(who, context)
                take(tour)
        template_rendered.disconnect(rendered)
    return tour


def test_nothing_that_people_typed_runs(tour):
    assert tour.ran == []


def test_everything_typed_is_shown_as_typed(tour):
    missing = [column for column in COLUMNS if f"{column} {SHOWN}" not in tour.texts]
    assert missing == []


def test_every_page_is_accessible(tour):
    assert tour.inaccessible == []


def test_no_page_scrolls_sideways(tour):
    assert tour.too_wide == []


def test_every_page_is_used_by_keyboard(tour):
    assert tour.keyboard == []


def test_the_tour_goes_by_every_template(tour):
    folder = Path(settings.TEMPLATES[0]["DIRS"][0])
    ours = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    assert ours - tour.templates == set()
