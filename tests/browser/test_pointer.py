"""Mouse and touch: handles, badges, hovering, tapping; and what a selected span shows of its links."""

import itertools

import pytest
from playwright.sync_api import expect

from annotator.readings.models import Span
from tests.browser.desk import Desk
from tests.browser.samples import find, marked
from tests.browser.test_desk import BERG, MEMBERS, SALES, TIRED
from tests.browser.test_sending import until

pytestmark = pytest.mark.django_db(transaction=True)


def drag_handle(desk, edge: str, words: str, *, at: int = 0, after: bool) -> None:
    """Drag a handle so that the edge comes to the beginning or the end of words."""
    start, end = find(words, desk.article.text)
    x, y = desk.point(start if after else end, after=after)
    mouse = desk.page.mouse
    desk.page.locator(f".handle--{edge}[data-at='{at}']").hover()
    mouse.down()
    mouse.move(x, y + (18 if edge == "end" else -18), steps=5)
    mouse.up()


def test_the_edges_of_a_span_are_dragged_by_handles(desk):
    desk.select("ticket sales had fallen")
    desk.press("q")
    drag_handle(desk, "end", "40 percent", after=False)
    desk.saved()
    drag_handle(desk, "start", "claimed that", after=True)
    desk.saved()
    assert desk.spans() == [("quote", ["claimed that ticket sales had fallen by 40 percent"])]
    expect(desk.page.locator(".item.is-selected")).to_have_count(1)


def test_a_piece_that_is_dragged_into_the_next_one_becomes_one_with_it(desk, save):
    save(*marked())
    desk.open()
    desk.click("And they will vote")
    drag_handle(desk, "end", "They are", at=0, after=False)
    desk.saved()
    joined = f"{MEMBERS} he said. {TIRED[0]}"
    assert ("quote", [joined, TIRED[1]]) in desk.spans()


def test_a_handle_never_empties_a_span(desk):
    desk.select("fallen")
    desk.press("c")
    drag_handle(desk, "end", "claimed", after=True)
    desk.saved()
    assert desk.spans() == [("claim", ["fallen"])]


def test_a_badge_in_the_text_answers_the_question(desk, page, save):
    save(*marked()[:3])
    desk.open()
    desk.click("boat that does")
    desk.press("q")
    page.locator(".badge-number").first.click()
    desk.saved()
    assert len(desk.links()) == 2


def test_hovering_shows_the_partners_without_selecting(desk, page, save):
    save(*marked())
    desk.open()
    x, y = desk.point(find("slow goodbye")[0] + 3, after=True)
    page.mouse.move(x, y)
    painted = page.evaluate(
        "['hover', 'hover-partner'].map(n => [...(CSS.highlights.get(n) ?? [])].map(String))"
    )
    assert painted == [["the plan a “slow goodbye”"], [BERG]]
    expect(page.locator(".item.is-selected")).to_have_count(0)


def test_arcs_are_drawn_for_the_selected_span_only(desk, page, save):
    save(*marked())
    desk.open()
    arcs = page.locator("#overlay-arcs g path")
    expect(arcs).to_have_count(0)
    desk.click("slow goodbye")
    expect(arcs).to_have_count(1)
    desk.click(BERG)
    expect(arcs, "to Tomas Berg lead two quotes and a claim").to_have_count(3)
    desk.press("Escape")
    expect(arcs).to_have_count(0)


def test_find_and_none_stay_in_sight_beside_many_answers(desk, page):
    page.set_viewport_size({"width": 1280, "height": 800})
    desk.select(SALES)
    desk.press("q")
    answers = page.locator("#strip .ask__answers .answer:visible")
    answers.first.wait_for()
    page.evaluate(
        """() => { const [answer] = document.querySelectorAll("#strip .answer[data-action=answer]");
            for (let at = 0; at < 9; at++) {
                const one = answer.cloneNode(true);
                one.querySelector("span").textContent = "The First Vice Minister of Something";
                answer.after(one);
            } }"""
    )
    for action in ("find", "none"):
        assert page.locator(f"#strip [data-action={action}]:visible").bounding_box()["x"] < 1150
    page.locator("#strip .ask__answers:visible").hover()
    page.mouse.wheel(0, 200)
    row = page.locator("#strip .ask__answers:visible")
    until(page, lambda: row.evaluate("row => row.scrollLeft") > 0)


def test_a_passing_sentence_hides_no_button(desk, page):
    desk.click("slow goodbye")
    desk.press("q", "a")
    sentence = page.locator(".toasts .message").bounding_box()
    assert sentence["y"] + sentence["height"] <= page.locator("#strip").bounding_box()["y"]


def test_deep_overlap_shows_three_lanes_and_how_many_more(desk, page):
    for _ in range(2):
        for label in ("c", "q"):
            desk.select(SALES)
            desk.press(label)
    desk.select("40 percent")
    desk.press("c")
    desk.saved()
    expect(page.locator(".more").nth(1)).to_have_attribute("data-n", "+2")
    desk.select("fallen by 40")
    desk.press("c")
    desk.saved()
    beyond = page.locator(".more")
    counts = [one.get_attribute("data-n") for one in beyond.all()]
    assert all(one != other for one, other in itertools.pairwise(counts)), counts
    top, baseline = beyond.first.evaluate(
        """(more) => { const text = document.createRange(); text.selectNodeContents(more.nextSibling);
            const { top, height } = text.getClientRects()[0];
            return [more.getBoundingClientRect().top, top + 0.8 * height]; }"""
    )
    assert top >= baseline, "it covers the words"
    seen = set()
    for _ in range(5):
        desk.click("40 percent")
        seen.add(page.locator("#text").get_attribute("data-selected"))
    assert len(seen) == 5, "each of them can be reached"


def test_the_list_says_in_words_what_it_shows(desk, page, save):
    save(*marked())
    desk.open()
    said = page.locator(".item:visible .item__said").all_text_contents()
    assert said[0] == "Quote 1, mixed, said by: Ines Calado."
    assert "Quote 6, direct, said by: not said yet." in said
    assert any(line.startswith("Claim 1, yes, stated in:") for line in said)


def test_print_shows_the_tags_and_no_tools(desk, page, save):
    save(*marked())
    desk.open()
    desk.click("slow goodbye")
    page.emulate_media(media="print")
    expect(page.locator(".tag").first).to_be_visible()
    expect(page.locator(".chip").first).to_be_visible()
    expect(page.locator("#strip")).to_be_hidden()
    expect(page.locator(".handle").first).to_be_hidden()


def test_no_speaker_is_cut_off_on_paper(desk, page, save):
    save(*marked())
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    desk.open()
    edges = page.locator(".chip").evaluate_all(
        "chips => chips.map(chip => chip.getBoundingClientRect().right)"
    )
    assert len(edges) > 4
    assert max(edges) <= 720


# Touch


@pytest.fixture
def touch(browser, live_server, alice, client, ferries):
    """Alice at her desk on a phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True
    )
    client.force_login(alice)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    found = Desk(context.new_page(), f"{live_server.url}/articles/{ferries.pk}/", ferries)
    found.page.goto(found.url)
    yield found
    context.close()


def tap(desk, words: str) -> None:
    start, end = find(words, desk.article.text)
    desk.page.touchscreen.tap(*desk.point((start + end) // 2, after=True))


def press(desk, label: str) -> None:
    desk.page.locator(f"[data-action=tag][data-label={label}]").tap()


def test_tap_the_first_word_tap_the_last_word_tap_a_label(touch):
    tap(touch, "ticket")
    tap(touch, "January")
    press(touch, "quote")
    touch.saved()
    assert touch.spans() == [("quote", [SALES])]


def test_a_claim_inside_a_quote_is_tapped(touch):
    tap(touch, "ticket")
    tap(touch, "January")
    press(touch, "quote")
    touch.page.locator("[data-action=none]").tap()
    touch.page.locator("[data-action=leave]").tap()
    tap(touch, "fallen")
    tap(touch, "percent")
    press(touch, "claim")
    touch.saved()
    assert ("claim", ["fallen by 40 percent"]) in touch.spans()


def test_an_open_quote_gets_its_speaker_by_two_taps(touch):
    tap(touch, "ticket")
    tap(touch, "January")
    press(touch, "quote")
    tap(touch, "Tomas")
    tap(touch, "Berg")
    press(touch, "speaker")
    touch.saved()
    assert touch.links() == {(SALES, "said_by", BERG)}


def test_the_same_word_twice_lets_go(touch):
    tap(touch, "ticket")
    assert touch.page.evaluate("String(getSelection())") == "ticket"
    tap(touch, "ticket")
    assert touch.page.evaluate("String(getSelection())") == ""


def test_a_quotation_is_taken_by_tapping_a_word_in_it_twice(touch):
    tap(touch, "goodbye")
    tap(touch, "goodbye")
    press(touch, "quote")
    touch.saved()
    assert touch.spans() == [("quote", ["“slow goodbye”"])]


def test_the_first_and_the_last_word_of_a_quotation_take_its_marks(touch):
    tap(touch, "slow")
    tap(touch, "goodbye")
    press(touch, "quote")
    touch.saved()
    assert touch.spans() == [("quote", ["“slow goodbye”"])]


def test_the_hint_speaks_of_fingers_where_there_are_fingers(touch, desk):
    expect(touch.page.locator(".strip__hint")).to_contain_text("tap a word in it twice")
    expect(desk.page.locator(".strip__hint")).to_contain_text("press a letter")


def test_a_tap_selects_a_span_and_the_next_one_the_other(touch, save):
    save(*marked())
    touch.page.reload()
    tap(touch, "slow goodbye")
    expect(touch.page.locator(".item.is-selected .item__number")).to_have_text("Q4")
    tap(touch, "twice as")
    first = touch.page.locator(".item.is-selected .item__number").text_content()
    assert first in ("C1", "Q3", "Q2")
    assert Span.objects.filter(label__key="quote").count() == 6


def test_the_list_on_a_phone_gives_way_to_what_is_chosen_in_it(touch, save):
    save(*marked())
    touch.page.reload()
    button, side = touch.page.locator("[data-action=toggle-side]"), touch.page.locator("#side")
    button.tap()
    expect(button).to_have_attribute("aria-expanded", "true")
    touch.page.locator(".item__button:visible").first.tap()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(side).not_to_be_in_viewport()


def test_the_bar_of_labels_fits_a_phone(touch):
    tap(touch, "ticket")
    width = touch.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    sizes = touch.page.evaluate(
        "Array.from(document.querySelectorAll('.strip button'), b => b.getBoundingClientRect())"
        ".filter(r => r.width).map(r => Math.min(r.width, r.height))"
    )
    assert min(sizes) >= 24
