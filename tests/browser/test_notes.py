"""Notes to whoever reviews: on a span, on the article; written, kept and seen."""

import pytest
from playwright.sync_api import expect

from annotator.readings.models import Note
from tests.browser.samples import marked

pytestmark = pytest.mark.django_db(transaction=True)

BERG = "Tomas Berg"


def notes() -> dict[str | None, str]:
    rows = Note.objects.select_related("span")
    return {note.span and note.span.key: note.text for note in rows}


def test_notes_are_written_by_key_and_shown_at_once(desk, page, save):
    save(*marked())
    desk.open()
    desk.press("n")
    page.keyboard.type("Too long for one reader.")
    desk.press("Escape")
    desk.click(BERG)
    desk.press("n")
    page.keyboard.type("Or his\nassociation?")
    desk.press("Control+Enter")
    expect(page.locator("[data-span=s4]")).to_have_attribute("data-note", "Or his\nassociation?")
    expect(page.locator(".tag--noted")).to_have_attribute("data-number-of", "s4")
    desk.saved()
    assert notes() == {None: "Too long for one reader.", "s4": "Or his\nassociation?"}
    expect(page.locator(".tag--noted")).to_have_count(1)
    desk.press("Delete", "Control+z")
    desk.saved()
    assert notes()["s4"] == "Or his\nassociation?"
    desk.click(BERG)
    page.locator("#note-on-span").fill("")
    page.locator("#text").focus()
    desk.saved()
    assert set(notes()) == {None}
    expect(page.locator(".tag--noted")).to_have_count(0)


def test_a_note_goes_to_the_span_it_was_written_on_whatever_is_clicked_next(desk, page, save):
    save(*marked())
    desk.open()
    desk.click("slow goodbye")
    desk.press("n")
    page.keyboard.type("And whose words are these?")
    page.locator("[data-span=q5] button").click()
    desk.saved()
    assert notes() == {"q4": "And whose words are these?"}
    expect(page.locator("#note-on-span")).to_have_value("")


def test_a_note_written_offline_and_one_not_finished_when_the_page_is_left_are_kept(
    desk, page, context, live_server
):
    context.set_offline(True)
    desk.press("n")
    page.keyboard.type("Dull.")
    desk.press("Escape")
    page.locator("#save[data-state=offline]").wait_for()
    desk.press("n")
    page.keyboard.type(" But why?")
    page.on("dialog", lambda dialog: dialog.accept())
    context.set_offline(False)
    context.route("**/edits/", lambda route: route.abort())
    page.goto(live_server.url + "/")
    context.unroute("**/edits/")
    desk.open()
    desk.saved()
    assert notes() == {None: "Dull. But why?"}
    expect(page.locator("#note-on-article")).to_have_value("Dull. But why?")


def test_a_curator_finds_the_notes(desk, page, live_server, sign_in, bob, save):
    desk.select(BERG)
    desk.press("s", "n")
    page.keyboard.type("Or his association?")
    desk.press("Escape")
    desk.saved()
    sign_in(bob)
    page.goto(f"{live_server.url}/corpora/news/")
    page.get_by_label("Notes").select_option("with notes")
    page.get_by_role("link", name="alice", exact=True).click()
    expect(page.locator("#notes .note")).to_have_text("Or his association?")
    page.locator("#notes button").click()
    assert page.locator("#text").get_attribute("data-selected")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_notes_are_accessible(desk, page, save, axe, scheme):
    save(*marked())
    page.emulate_media(color_scheme=scheme)
    desk.open()
    desk.click(BERG)
    desk.press("n")
    page.keyboard.type("Or his association?")
    desk.press("Escape")
    desk.saved()
    desk.click(BERG)
    assert axe() == []
