"""How the text looks: chosen at the desk, kept for the person, there before anything is drawn."""

import pytest
from playwright.sync_api import expect

from annotator.accounts.models import Preferences
from tests.browser.samples import marked
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = """() => { const { fontSize, lineHeight, fontFamily, letterSpacing } =
    getComputedStyle(document.querySelector(".para__text"));
    return [parseFloat(fontSize), parseFloat(lineHeight), fontFamily.split(",")[0], parseFloat(letterSpacing)]; }"""
WIDTH = "document.querySelector('.para__text').getBoundingClientRect().width"
# Where the lanes of a line end, and where the line below begins: the lowest lane must not lie in it.
LANES = """() => { const run = document.querySelector(".run").getClientRects()[0];
    const { fontSize, lineHeight } = getComputedStyle(document.querySelector(".para__text"));
    return run.bottom <= run.top + parseFloat(lineHeight) + 1 && parseFloat(fontSize) > 0; }"""


@pytest.fixture
def panel(desk, page):
    page.get_by_role("button", name="How the text looks").click()
    return page.locator("#comfort")


def to(panel, name: str, step: int) -> None:
    panel.get_by_label(name).fill(str(step))


def kept(page, wanted: tuple) -> bool:
    """Return whether this is stored in the end: htmx waits for the last of several changes."""
    for _ in range(100):
        stored = Preferences.objects.first()
        if stored and (stored.size, stored.line, stored.measure, stored.face) == wanted:
            return True
        page.wait_for_timeout(100)
    return False


def test_every_choice_shows_at_once_and_follows_the_person(desk, page, panel):
    before, width = page.evaluate(LOOKS), page.evaluate(WIDTH)
    to(panel, "Size", 120)
    to(panel, "Room between lines", 275)
    to(panel, "Characters in a line", 50)
    panel.get_by_label("Wide").check()
    now = page.evaluate(LOOKS)
    assert now[0] == pytest.approx(before[0] * 1.2)
    assert now[1] == pytest.approx(now[0] * 2.75)
    assert now[2:] == ["system-ui", pytest.approx(now[0] * 0.06, rel=0.01)]
    assert page.evaluate(WIDTH) < width
    assert kept(page, (120, 275, 50, "wide"))
    desk.open()
    assert page.evaluate(LOOKS) == now


def test_as_at_first_takes_it_all_back(desk, page, alice):
    before = page.evaluate(LOOKS)
    Preferences.objects.create(user=alice, size=170, line=315, face="plain")
    desk.open()
    page.get_by_role("button", name="How the text looks").click()
    page.get_by_role("button", name="As at first").click()
    assert str(page.evaluate(LOOKS)) == str(before)
    assert kept(page, (100, 235, 70, "book"))


@pytest.mark.parametrize(("size", "line"), [(90, 215), (170, 215), (170, 315)])
def test_words_are_tagged_and_lanes_have_room_at_every_size(desk, page, save, alice, size, line):
    save(*marked())
    Preferences.objects.create(user=alice, size=size, line=line, face="plain", measure=50)
    desk.open()
    assert page.evaluate(LANES)
    desk.select("crossings last year")
    desk.press("c")
    desk.saved()
    assert ("claim", ["crossings last year"]) in desk.spans()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_is_accessible(page, panel, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    assert axe() == []
    expect(panel.get_by_label("Size")).to_have_attribute("aria-valuetext", "100 %")


def test_on_a_phone_it_is_found_beside_the_list(desk, page, corpus):
    ArticleFactory(corpus=corpus)
    page.set_viewport_size({"width": 360, "height": 700})
    desk.open()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Quotes and claims").click()
    page.get_by_role("button", name="How the text looks").click()
    expect(page.locator("#comfort")).to_be_visible()
    expect(page.get_by_role("link", name="Next →")).to_be_visible()


def test_guidelines_stay_open_from_article_to_article(desk, page, corpus):
    corpus.guidelines = "# What counts\n\nMarks belong to the quote."
    corpus.save()
    page.locator("summary", has_text="Guidelines").click()
    page.get_by_text("Marks belong to the quote.").wait_for()
    desk.open()
    page.get_by_text("Marks belong to the quote.").wait_for()
    desk.select("crossings last year")
    desk.press("c")
    desk.saved()
    assert desk.spans() == [("claim", ["crossings last year"])]
    page.locator("summary", has_text="Guidelines").click()
    desk.open()
    expect(page.get_by_text("Marks belong to the quote.")).to_be_hidden()


def test_the_keys_work_again_when_the_panel_is_closed(desk, page, panel):
    panel.get_by_role("button", name="Done").click()
    expect(page.locator("#text")).to_be_focused()


def test_a_panel_closed_by_going_elsewhere_leaves_the_focus_there(page, panel):
    menu = page.locator(".topbar summary").first
    menu.click()
    expect(panel).to_be_hidden()
    page.wait_for_timeout(100)  # the panel says that it is closed a little later
    expect(menu).to_be_focused()
