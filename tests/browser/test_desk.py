"""Journeys at the desk, in real Chromium: what is stored is what was seen."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from annotator.readings.models import Reading, Span, State
from tests.browser.samples import find, marked
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

LISTENED = "“We have listened to every island, and we have counted every passenger,”"
AUDITED = (
    "“As the auditors wrote in March, ‘we spend twice as much per seat as any other port.’ "
    "That has to end.”"
)
INNER = "‘we spend twice as much per seat as any other port.’"
MEMBERS = "“My members pay for a boat that does not come,”"
TIRED = ["“They are tired.", "“And they will vote.”"]
SALES = "ticket sales had fallen by 40 percent since January"
BERG = "Tomas Berg"


def test_a_quote_in_two_pieces_is_tagged_and_linked(desk):
    desk.select("Ines Calado")
    desk.press("s")
    desk.select(LISTENED)
    desk.press("q")
    desk.select(AUDITED)
    desk.press("+")
    desk.answer("Ines Calado")
    desk.saved()
    assert desk.spans() == [("speaker", ["Ines Calado"]), ("quote", [LISTENED, AUDITED])]
    assert desk.links() == {(LISTENED, "said_by", "Ines Calado")}
    assert Span.objects.get(label__key="quote").attributes == {"kind": "direct"}


def test_a_quotation_over_two_paragraphs_is_taken_by_a_click_and_q(desk):
    desk.click("They are tired")
    desk.press("q")
    desk.saved()
    assert desk.spans() == [("quote", TIRED)]


def test_a_claim_has_the_same_extent_as_a_quote(desk):
    desk.select(SALES)
    desk.press("q")
    desk.select(SALES)
    desk.press("c")
    desk.saved()
    assert desk.spans() == [("quote", [SALES]), ("claim", [SALES])]
    assert desk.numbers() == ["Q1", "C1"]


def test_a_click_goes_through_spans_on_top_of_each_other(desk, save):
    save(*marked())
    desk.open()
    seen = []
    for _ in range(3):
        desk.click("40 percent")
        seen.append(desk.page.locator(".item.is-selected .item__number").text_content())
    desk.press("Space")
    seen.append(desk.page.locator(".item.is-selected .item__number").text_content())
    assert seen == ["C2", "Q5", "C2", "Q5"]


def test_a_quote_in_a_quote_is_taken_by_a_click_and_q(desk):
    desk.click("counted every")
    desk.press("q")
    desk.click("twice as much")
    desk.press("q")
    desk.saved()
    assert desk.spans() == [("quote", [LISTENED]), ("quote", [INNER])]
    desk.click("As the auditors")
    desk.press("q")
    desk.saved()
    assert desk.spans() == [("quote", [LISTENED]), ("quote", [AUDITED]), ("quote", [INNER])]


def test_q_inside_a_tagged_quote_takes_the_one_inside(desk):
    desk.click("That has to end")
    desk.press("q")
    desk.click("twice as much")
    desk.press("q")
    desk.saved()
    assert desk.spans() == [("quote", [AUDITED]), ("quote", [INNER])]


def test_a_known_speaker_takes_three_actions(desk, save):
    save(*marked()[:3])
    desk.open()
    desk.click("boat that does")  # 1
    desk.press("q")  # 2
    desk.answer("Ines Calado")  # 3
    desk.saved()
    assert (MEMBERS, "said_by", "Harbour minister Ines Calado") in desk.links()


def test_s_on_a_name_tags_and_links_it_to_the_open_quote(desk):
    desk.click("boat that does")
    desk.press("q")
    desk.select(BERG)
    desk.press("s")
    desk.saved()
    assert desk.links() == {(MEMBERS, "said_by", BERG)}
    desk.press("Control+z")
    desk.saved()
    assert desk.spans() == [("quote", [MEMBERS])], "one undo takes both back"


def test_another_number_changes_the_speaker_and_the_same_one_unlinks(desk, save):
    save(*marked())
    desk.open()
    desk.click("slow goodbye")
    desk.answer("Ines Calado")
    desk.saved()
    quote = "the plan a “slow goodbye”"
    assert (quote, "said_by", "Harbour minister Ines Calado") in desk.links()
    assert (quote, "said_by", BERG) not in desk.links()
    desk.answer("Ines Calado")
    desk.saved()
    assert quote not in {source for source, _, _ in desk.links()}


def test_0_says_that_nobody_is_named(desk):
    desk.click("We wait")
    desk.press("q", "0")
    desk.saved()
    assert Span.objects.get().attributes == {"kind": "direct", "no_speaker": True}
    expect(desk.page.locator("#unfinished")).to_have_attribute("data-count", "0")


def test_a_claim_is_linked_to_the_quote_selected_before(desk, save):
    save(*marked())
    desk.open()
    desk.click("We wait")
    desk.press("q")
    desk.select("We wait")
    desk.press("c")
    desk.page.locator("[data-action=link]").click()
    desk.saved()
    assert ("We wait", "stated_in", "“We wait.”") in desk.links()


def test_letters_change_the_kind_and_the_label_of_what_is_selected(desk):
    desk.select(SALES)
    desk.press("q", "m")
    desk.saved()
    assert Span.objects.get().attributes == {"kind": "mixed"}
    desk.press("c")
    desk.saved()
    assert desk.spans() == [("claim", [SALES])]
    assert Span.objects.get().attributes == {}


def test_delete_removes_and_undo_brings_back_the_links(desk, save):
    save(*marked())
    desk.open()
    before = desk.spans(), desk.links()
    desk.click(BERG)
    desk.press("Delete")
    desk.saved()
    assert not any(target == BERG for _, _, target in desk.links())
    desk.press("Control+z")
    desk.saved()
    assert (desk.spans(), desk.links()) == before
    desk.press("Control+Shift+z")
    desk.saved()
    assert not any(target == BERG for _, _, target in desk.links())


def test_a_piece_can_be_taken_away(desk, save):
    save(*marked())
    desk.open()
    desk.click("And they will vote")
    desk.press("-")
    desk.saved()
    assert ("quote", [MEMBERS, TIRED[0]]) in desk.spans()


def test_a_speaker_gets_a_name_of_the_corpus(desk):
    desk.select(BERG)
    desk.press("s")
    desk.page.get_by_label("entity").fill("Tomas Berg (islanders)")
    desk.press("Enter")
    desk.saved()
    assert Span.objects.get().entity.name == "Tomas Berg (islanders)"


def test_submit_asks_about_what_is_open_and_goes_to_the_next_article(desk, corpus):
    following = ArticleFactory(corpus=corpus)
    desk.click("We wait")
    desk.press("q", "Control+Enter")
    desk.page.get_by_text("This looks unfinished").wait_for()
    desk.page.locator("[data-action=submit-anyway]").click()
    desk.page.wait_for_url(f"**/articles/{following.pk}/")
    assert desk.reading().state == State.SUBMITTED
    desk.open()
    desk.press("c")
    desk.page.get_by_role("button", name="Reopen").click()
    desk.saved()
    assert desk.reading().state == State.IN_PROGRESS


@pytest.mark.parametrize(
    "words",
    ["counted 1,204", "crossings", "“We wait.”", "🚢👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦 counted", "Rute Sá"],
)
def test_the_mouse_stores_what_it_paints_behind_emoji(desk, words):
    desk.select(words)
    desk.press("s")
    desk.saved()
    assert desk.spans() == [("speaker", [words])]


def test_dragging_takes_whole_words_and_alt_takes_characters(desk):
    start, end = find("according")
    desk.drag(start + 2, end - 2)
    desk.press("c")
    desk.page.keyboard.down("Alt")
    start, end = find("crossings")
    desk.drag(start, end - 1)
    desk.page.keyboard.up("Alt")
    desk.press("c")
    desk.saved()
    assert desk.spans() == [("claim", ["crossing"]), ("claim", ["according"])]


def test_a_double_click_takes_the_word(desk):
    x, y = desk.point(find("crossings")[0] + 3, after=True)
    desk.page.mouse.dblclick(x, y)
    desk.press("c")
    desk.saved()
    assert desk.spans() == [("claim", ["crossings"])]


def test_a_drag_over_two_paragraphs_makes_two_pieces(desk):
    desk.drag(find("“They are tired.")[0], find("“And they will vote.”")[1])
    desk.press("q")
    desk.saved()
    assert desk.spans() == [("quote", TIRED)]


def test_the_text_never_moves(desk, page):
    """Tagging everything leaves every character where it was."""
    where = """() => { const boxes = []; for (const p of document.querySelectorAll(".para__text")) {
        const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
        for (let n = walker.nextNode(); n; n = walker.nextNode())
          for (let i = 0; i < n.data.length; i++) { const r = document.createRange();
            r.setStart(n, i); r.setEnd(n, i + 1); const b = r.getBoundingClientRect();
            boxes.push(Math.round(b.left * 4) / 4, Math.round((b.top + scrollY) * 4) / 4); } }
        return boxes; }"""
    before = page.evaluate(where)
    for words in (
        "Ines Calado",
        "abandoned",
        "isl",
        "listened to every",
        "ferry timetable, saying",
    ):
        desk.select(words)
        desk.press("c")
    for words in ("counted every", "twice as much", "boat that", "We wait"):
        desk.click(words)
        desk.press("q")
    desk.saved()
    assert page.locator(".tag").count() > 7
    assert page.evaluate(where) == pytest.approx(before, abs=0.5)


def test_letters_do_nothing_outside_of_the_text(desk, page):
    desk.select(SALES)
    page.locator("#items").evaluate("() => document.querySelector('.skip').focus()")
    desk.press("q")
    assert not Reading.objects.exists()


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_is_accessible(desk, page, save, axe, scheme):
    save(*marked())
    page.emulate_media(color_scheme=scheme)
    desk.open()
    desk.click("They are tired")
    assert axe() == []
    page.keyboard.press("?")
    page.locator("#keys").wait_for()
    assert axe() == []


def test_the_keys_are_listed_from_the_buttons(desk, page):
    desk.press("?")
    keys = page.locator("#keys-list").text_content()
    for expected in ("Undo", "Tag as Quote", "kind: direct", "Submit and open the next article"):
        assert expected in keys


def test_the_page_fits_360_pixels(desk, page, save):
    save(*marked())
    page.set_viewport_size({"width": 360, "height": 700})
    desk.open()
    desk.click("They are tired")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_another_reading_is_only_looked_at(
    page, live_server, sign_in, bob, ferries, save, problems
):
    save(*marked())
    sign_in(bob)
    page.goto(f"{live_server.url}/articles/{ferries.pk}/?reader=alice")
    page.locator(".item__button", has_text="slow goodbye").click()
    expect(page.locator(".item.is-selected .item__number")).to_have_text("Q4")
    page.locator("#text").press("Delete")
    assert Span.objects.count() == len([e for e in marked() if e["kind"] == "add_span"])


def test_a_double_click_on_a_name_tags_and_links_it(desk):
    desk.click("They are tired")
    desk.press("q")
    start, end = find("Calado", desk.article.text)
    desk.page.mouse.dblclick(*desk.point((start + end) // 2, after=True))
    desk.press("s")
    desk.saved()
    assert desk.links() == {(TIRED[0], "said_by", "Calado")}


def test_reopening_moves_the_progress_and_a_closed_reading_says_so(desk, save):
    progress = desk.page.locator("#progress")
    save({"id": str(uuid4()), "kind": "submit"})
    desk.open()
    expect(progress).to_have_text("1 / 1")
    desk.press("c")
    expect(desk.page.locator("#toasts")).to_contain_text("Reopen it")
    expect(desk.page.locator("#announcer")).to_have_text("")
    desk.page.get_by_role("button", name="Reopen").click()
    desk.saved()
    expect(progress).to_have_text("0 / 1")
