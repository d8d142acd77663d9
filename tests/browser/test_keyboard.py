"""The whole journey without a mouse: move, find, tag, link, correct, submit."""

import re

import pytest
from playwright.sync_api import expect

from annotator.readings.models import Span, State
from tests.browser.samples import find, marked
from tests.browser.test_desk import AUDITED, BERG, INNER, LISTENED, MEMBERS
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def said(desk) -> str:
    return desk.page.locator("#announcer").inner_text()


def test_the_next_quotation_is_taken_by_two_keys(desk):
    desk.press("]", "q")
    desk.saved()
    assert desk.spans() == [("quote", ["“abandoned”"])]
    desk.press("Escape", "]", "q")
    desk.saved()
    assert desk.spans()[1] == ("quote", [LISTENED])
    desk.press("Escape", "[")
    expect(desk.page.locator(".toasts")).to_have_text("No quotation before this.")


def test_the_caret_moves_by_words_sentences_and_paragraphs(desk):
    desk.press("ArrowRight")
    assert said(desk) == "minister"
    desk.press("ArrowRight", "ArrowLeft", "ArrowLeft")
    assert said(desk) == "Harbour"
    desk.press("PageDown", "PageDown")
    assert said(desk) == "Her"
    desk.press("Control+ArrowRight")
    assert said(desk) == "Tomas"
    desk.press("Control+ArrowLeft")
    assert said(desk) == "Her"
    desk.press("PageUp", "PageUp")
    assert said(desk) == "Harbour"


def test_shift_extends_and_a_letter_tags_what_is_selected(desk):
    desk.press("PageDown", "PageDown", "Control+ArrowRight", "Shift+ArrowRight", "s")
    desk.saved()
    assert desk.spans() == [("speaker", [BERG])]
    desk.press("Escape", "Control+Shift+ArrowRight", "c")
    desk.saved()
    [start, _], [_, end] = find(BERG), find("since January.")
    assert Span.objects.get(label__key="claim").pieces == [(start, end)]


def test_the_question_and_whom_the_first_numbers_mean_are_said_once(desk, page):
    desk.press("]", "]", "]", "q")
    expect(page.locator("#announcer")).to_have_text(re.compile(r"^Q1 said by, 1 Calado, 2 "))
    desk.press("e")
    expect(page.locator("#announcer")).not_to_have_text(re.compile("said by"))


def test_a_letter_where_the_text_offers_nothing_says_so_once(desk, page):
    desk.press("PageDown", "PageDown", "q", "q", "q")
    expect(page.locator(".toasts .message")).to_have_text(re.compile("offers no quote here"))
    assert desk.spans() == []


def test_shift_goes_back_over_where_it_began(desk):
    desk.press("PageDown", "PageDown", "ArrowRight", "ArrowRight")
    desk.press("Shift+ArrowRight", "Shift+ArrowLeft", "Shift+ArrowLeft", "c")
    desk.saved()
    assert desk.spans() == [("claim", ["critics were"])]


def test_e_grows_by_word_quotation_sentence_paragraph_and_shift_e_shrinks(desk, page):
    desk.click("twice as")

    def selected():
        return page.evaluate("String(getSelection())")

    seen = []
    for _ in range(5):
        desk.press("e")
        seen.append(selected())
    assert seen[0] == "twice"
    assert seen[1] == INNER
    assert seen[3].startswith("“As the auditors")
    assert seen[3].endswith("end.”")
    assert seen[4].startswith("“We have listened")
    desk.press("Shift+E", "Shift+E", "Shift+E")
    assert selected() == INNER
    desk.press("q")
    desk.saved()
    assert desk.spans() == [("quote", [INNER])]


def test_edges_move_by_words_and_by_characters(desk):
    desk.click("boat that does")
    desk.press("q", "Alt+ArrowLeft", "Alt+Shift+ArrowRight")
    desk.saved()
    assert desk.spans() == [("quote", [MEMBERS[1:-1]])]
    desk.press("Control+Alt+ArrowLeft", "Control+Alt+Shift+ArrowRight")
    desk.saved()
    assert desk.spans() == [("quote", [MEMBERS[2:-2]])]
    desk.press("Alt+ArrowRight", "Alt+Shift+ArrowLeft")
    desk.saved()
    assert desk.spans() == [("quote", [MEMBERS[1:-1]])]


def test_a_character_is_what_a_reader_sees(desk):
    """The family is seven code points: an edge never stops inside of it."""
    desk.select("🚢👨‍👩‍👧‍👦")
    desk.press("c", "Control+Alt+ArrowLeft")
    desk.saved()
    assert desk.spans() == [("claim", ["🚢"])]


def test_tab_goes_from_span_to_span_and_out_of_the_text(desk, page, save):
    save(*marked()[:5])
    desk.open()
    seen = []
    for _ in range(3):
        desk.press("Tab")
        seen.append(page.locator("#text").get_attribute("data-selected"))
    assert seen == ["s1", "q1", "q2"]
    desk.press("Shift+Tab")
    expect(page.locator("#text")).to_have_attribute("data-selected", "q1")
    desk.press("Tab", "Tab")
    assert not page.evaluate("document.getElementById('text').contains(document.activeElement)")


def test_tab_leaves_the_text_after_escape(desk, page, save):
    save(*marked()[:5])
    desk.open()
    desk.press("Escape", "Tab")
    assert not page.evaluate("document.activeElement.id === 'text'")


def test_s_takes_the_word_at_the_caret(desk):
    desk.press("PageDown", "PageDown", "PageDown", "Control+ArrowRight", "ArrowLeft", "ArrowLeft")
    assert said(desk) == "he"
    desk.press("s")
    desk.saved()
    assert desk.spans() == [("speaker", ["he"])]


def test_c_takes_the_sentence_at_the_caret_without_its_stop(desk):
    desk.click("critics were")
    desk.press("c")
    desk.saved()
    assert desk.spans() == [("claim", ["Her critics were not convinced"])]


def test_a_tags_all_other_places_after_showing_them(desk, page):
    desk.select("Calado")
    desk.press("s", "a")
    dialog = page.locator("#occurrences")
    dialog.get_by_text("1 other place reads like").wait_for()
    assert "“We have listened" not in dialog.inner_text()
    desk.press("Enter")
    desk.saved()
    assert desk.spans() == [("speaker", ["Calado"])] * 2
    desk.press("Control+z")
    desk.saved()
    assert len(desk.spans()) == 1


def test_submitting_counts_the_quotations_that_nobody_looked_at(desk, page):
    page.get_by_text("7 quotations not looked at").wait_for()
    expect(page.get_by_text("Nothing is open.")).to_be_hidden()
    desk.press("]", "]")
    page.get_by_text("5 quotations not looked at").wait_for()
    desk.open()
    page.get_by_text("5 quotations not looked at").click()
    page.get_by_text("4 quotations not looked at").wait_for()
    desk.press("Control+Enter")
    page.locator("#unfinished-dialog").get_by_text("4 quotations not looked at").wait_for()


def test_a_known_name_is_found_by_typing(desk, page, save):
    save(*marked()[:3])
    desk.open()
    desk.click("boat that does")
    desk.press("q", "/")
    page.keyboard.type("cala")
    expect(page.locator("#find input")).to_have_value("cala")
    page.keyboard.press("Enter")
    desk.saved()
    assert (MEMBERS, "said_by", "Harbour minister Ines Calado") in desk.links()


def test_a_name_of_the_text_is_found_by_typing(desk, page):
    desk.click("boat that does")
    desk.press("q", "/")
    page.keyboard.type("nobody like that")
    page.locator("#find [role=status]").get_by_text("Nobody like that is known").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("rute")
    page.locator("#find-0").get_by_text("named in the text").wait_for()
    page.keyboard.press("Enter")
    desk.saved()
    assert (MEMBERS, "said_by", "Rute Sá") in desk.links()
    assert Span.objects.get(label__key="speaker").entity is None, "it names, and joins nobody"


def test_closing_the_search_takes_nobody(desk, page, save):
    save(*marked()[:3])
    desk.open()
    desk.click("boat that does")
    desk.press("q", "/", "Shift+Tab", "Enter")
    page.locator("#find").wait_for(state="hidden")
    desk.saved()
    assert MEMBERS not in {quote for quote, _, _ in desk.links()}


def test_going_through_what_lies_on_top_of_each_other_says_what_it_is(desk, save):
    save(*marked())
    desk.open()
    desk.click("twice as")
    desk.press("Space")
    heard = [said(desk)]
    desk.press("Space")
    heard.append(said(desk))
    assert all(sentence.startswith(("Quote ", "Claim ")) for sentence in heard)
    assert heard[0] != heard[1]


def test_a_period_answers_as_for_the_quote_before(desk, save):
    save(*marked()[:3])
    desk.open()
    desk.click("boat that does")
    desk.press("q", ".")
    desk.saved()
    assert (MEMBERS, "said_by", "Harbour minister Ines Calado") in desk.links()


def test_a_click_on_a_name_and_s_link_it_to_the_open_quote(desk):
    desk.click("boat that does")
    desk.press("q")
    start, _ = find(BERG)
    desk.page.mouse.click(*desk.point(start + 2, after=True))
    desk.press("s")
    desk.saved()
    assert desk.links() in [{(MEMBERS, "said_by", BERG)}, {(MEMBERS, "said_by", "Tomas")}]


def test_the_rest_of_an_interrupted_quotation_is_offered(desk):
    desk.click("counted every")
    desk.press("q")
    desk.page.locator("[data-action=add-piece]", has_text="“As the auditors").wait_for()
    desk.press("+")
    desk.saved()
    assert desk.spans() == [("quote", [LISTENED, AUDITED])]
    expect(desk.page.locator("[data-action=add-piece]")).to_be_hidden()


def to_quotation(desk, beginning: str) -> None:
    """Press `]` until it stops at a quotation: it stops at reporting verbs as well."""
    for _ in range(8):
        desk.press("Escape", "]")
        if said(desk).startswith(beginning):
            return
    raise AssertionError(f"] does not come to {beginning}")


def test_five_quotes_are_tagged_linked_corrected_and_submitted_by_keys_alone(desk, page, corpus):
    following = ArticleFactory(corpus=corpus)
    to_quotation(desk, "“abandoned”")
    desk.press("q", "[", "s")  # said by the name before it, which nobody has tagged yet
    to_quotation(desk, "“We have listened")
    desk.press("q", "+", "Enter")  # with its rest; by the likeliest
    to_quotation(desk, "“slow goodbye”")
    desk.press("q", "Alt+Shift+ArrowLeft", "[", "s")
    to_quotation(desk, "“My members")
    desk.press("q", "+", "Enter")
    to_quotation(desk, "“We wait.”")
    desk.press("q", "0", "Delete", "Control+z")
    desk.saved()
    rest = ["“They are tired.", "“And they will vote.”"]
    assert [pieces for label, pieces in desk.spans() if label == "quote"] == [
        ["“abandoned”"], [LISTENED, AUDITED], ["a “slow goodbye”"], [MEMBERS, *rest], ["“We wait.”"],
    ]  # fmt: skip
    minister = "Harbour minister Ines Calado"
    # The likeliest is whoever stands beside the reporting verb, in whatever words.
    assert {(source, target) for source, _, target in desk.links()} == {
        ("“abandoned”", minister), (LISTENED, "Calado"), ("a “slow goodbye”", BERG), (MEMBERS, "he"),
    }  # fmt: skip
    desk.press("Control+Enter")
    page.wait_for_url(f"**/articles/{following.pk}/")
    assert desk.reading().state == State.SUBMITTED
