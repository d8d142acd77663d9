"""Two tabs of one person, in real Chromium: they follow each other, and where they cannot, nothing is silent."""

from collections import Counter
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from annotator.readings.models import Edit, Reading, Relation, Span
from annotator.schemas.models import Label, bump_schema_version
from tests.browser.desk import Desk, claim, edit
from tests.browser.samples import find
from tests.browser.test_sending import cut, stored, until, wake

pytestmark = pytest.mark.django_db(transaction=True)

QUOTE, SALES, BERG = "“We wait.”", "ticket sales", "Tomas Berg"
# A tab that sleeps: it hears of nothing that other tabs do.
DEAF = """addEventListener("storage", (event) => event.stopImmediatePropagation(), true);
window.BroadcastChannel = class extends EventTarget { postMessage() {} };"""


@pytest.fixture
def other(desk, context):
    """The second tab."""
    page = context.new_page()
    found = Desk(page, desk.url, desk.article)
    found.open()
    return found


@pytest.fixture
def deaf(desk, context):
    """Open a second tab that sleeps."""

    def open_tab():
        page = context.new_page()
        page.add_init_script(DEAF)
        found = Desk(page, desk.url, desk.article)
        found.open()
        return found

    return open_tab


def listed(desk) -> list[str]:
    """Return the keys of the spans that the page lists."""
    return desk.page.locator("#items [data-span]").evaluate_all(
        "all => all.map((one) => one.dataset.span)"
    )


def attribute(desk, key: str, name: str) -> str:
    return desk.page.locator(f"#items [data-span='{key}']").get_attribute(f"data-{name}")


# Following


def test_what_one_tab_saves_the_other_shows(desk, other):
    desk.act(claim(0, 7, "c1"))
    other.page.locator("[data-span=c1]").wait_for(state="attached")
    other.page.locator(".tag[data-number-of=c1]").wait_for(state="attached")
    other.act(edit("change_span", span={"id": "c1", "label": "quote"}))
    desk.page.locator("[data-span=c1][data-label=quote]").wait_for(state="attached")
    expect(desk.page.locator("#reading")).to_have_attribute("data-version", "2")
    desk.act(edit("undo"))
    other.page.locator("[data-span=c1][data-label=claim]").wait_for(state="attached")
    other.act(edit("submit"))
    desk.page.get_by_role("button", name="Reopen").wait_for()
    other.saved()


def test_a_tab_that_comes_back_from_sleep_catches_up(desk, deaf, save):
    sleeper = deaf()
    desk.act(claim(0, 7, "c1"))
    desk.saved()
    save(claim(8, 16, "c2"))  # on another machine
    assert listed(sleeper) == []
    sleeper.page.evaluate("dispatchEvent(new Event('focus'))")
    sleeper.page.locator("[data-span=c2]").wait_for(state="attached")
    assert listed(sleeper) == ["c1", "c2"]


def test_only_what_has_changed_travels_to_a_tab_that_follows(desk, other, save):
    save(claim(*find(QUOTE), "c1"), claim(*find(SALES), "c2"))
    for tab in (desk, other):
        tab.open()
    with other.page.expect_response(
        lambda one: "/changes/" in one.url and one.ok and one.status != 204
    ) as answer:
        desk.act(edit("change_span", span={"id": "c1", "label": "quote"}))
    assert answer.value.text().count('class="para"') == 1


def test_following_tears_neither_a_selection_nor_a_drag(desk, other, page):
    """The other tab changes the very paragraph in which words are being selected."""
    start, end = find("crossings last year")
    page.mouse.move(*desk.point(start, after=True))
    page.mouse.down()
    page.mouse.move(*desk.point(start + 9, after=True))
    other.act(claim(*find("1,204 crossings"), "c1"))
    other.saved()
    page.mouse.move(*desk.point(end, after=False), steps=3)
    assert listed(desk) == []
    page.mouse.up()
    page.locator("[data-span=c1]").wait_for(state="attached")
    other.act(claim(*find("coastguard"), "c2"))
    page.locator("[data-span=c2]").wait_for(state="attached")
    desk.press("c")
    desk.saved()
    assert ("claim", ["crossings last year"]) in desk.spans()


# One queue


def test_a_tab_shows_what_it_tries_to_send_for_another(desk, deaf, context):
    sleeper = deaf()
    with cut(context, deliver=False):
        desk.act(claim(0, 7, "c1"))
        wake(sleeper.page)
        sleeper.page.locator("#save", has_text="Offline: 1 change kept here").wait_for()
        assert listed(sleeper) == ["c1"]
    wake(sleeper.page)
    sleeper.saved()
    expect(sleeper.page.locator(".tag")).to_have_count(1)


def test_tabs_share_what_waits_and_send_each_edit_once(desk, other, context):
    sent = Counter()

    def count(route):
        sent.update(one["id"] for one in route.request.post_data_json["edits"])
        route.continue_()

    with cut(context, deliver=False):
        for number in range(0, 12, 2):
            desk.act(claim(number, number + 1))
            other.act(claim(number + 1, number + 2))
        for tab in (desk, other):
            tab.page.locator("#save", has_text="Offline: 12 changes kept here").wait_for()
            expect(tab.page.locator("#items [data-span]")).to_have_count(12)
    context.route("**/edits/", count)
    for tab in (desk, other):
        wake(tab.page)
    for tab in (desk, other):
        tab.saved()
        expect(tab.page.locator(".tag")).to_have_count(12)
    assert stored(desk.article) == [[n, n + 1] for n in range(12)]
    assert set(sent.values()) == {1}


def test_what_a_closed_tab_left_the_other_one_sends(desk, other, context):
    with cut(context, deliver=False):
        desk.act(claim(0, 7))
        other.page.locator("#save", has_text="1 change kept here").wait_for()
        desk.page.close()
    wake(other.page)
    other.saved()
    assert stored(desk.article) == [[0, 7]]


def test_a_tab_never_sends_what_was_given_up_in_the_other(desk, other, context, save):
    save(claim(0, 7, "c1"))
    for tab in (desk, other):
        tab.open()
    with cut(context, deliver=False):
        desk.act(edit("change_span", span={"id": "c1", "label": "quote"}))
        other.page.locator("#save", has_text="1 change kept here").wait_for()
        save(edit("change_span", span={"id": "c1", "label": "speaker"}))
    for tab in (desk, other):
        wake(tab.page)
        tab.page.locator("#refused").wait_for()
    desk.page.get_by_role("button", name="Keep what is there").click()
    other.page.locator("#refused").wait_for(state="hidden")
    for tab in (desk, other):
        tab.saved()
        tab.page.locator("[data-span=c1][data-label=speaker]").wait_for(state="attached")
    assert desk.spans() == [("speaker", ["Harbour"])]


def test_edits_of_tabs_that_did_not_see_each_other_are_not_mixed(desk, deaf, context, save):
    save(claim(0, 7, "c1"))
    desk.open()
    sleeper = deaf()
    with cut(context, deliver=False):
        desk.act(edit("change_span", span={"id": "c1", "label": "quote"}))
        desk.page.locator("#save[data-state=offline]").wait_for()
        sleeper.act(edit("remove_span", span={"id": "c1"}))
    wake(sleeper.page)
    sleeper.page.get_by_text("changed or removed elsewhere").wait_for()
    sleeper.page.get_by_role("button", name="Use mine").click()
    sleeper.saved()
    assert desk.spans() == []
    assert [one.kind for one in Edit.objects.order_by("version")][1:] == [
        "change_span",
        "remove_span",
    ]


def test_what_was_made_on_top_of_ones_own_unsent_edit_is_no_conflict(desk, page, context, save):
    """Another machine saves something else in between."""
    held = []
    context.route("**/edits/", lambda route: held.append(route))
    desk.act(claim(0, 7, "c1"))
    until(page, lambda: held)
    desk.act(edit("change_span", span={"id": "c1", "label": "quote"}))
    save(claim(8, 16, "c2"))
    held.pop().continue_()
    until(page, lambda: held)
    held.pop().continue_()
    desk.saved()
    assert desk.spans() == [("quote", ["Harbour"]), ("claim", ["minister"])]
    assert listed(desk) == ["c1", "c2"]


# Pairs of operations: the second tab does not see what the first one did


def change(key, **changes):
    return "change_span", {"span": {"id": key, **changes}}


def remove(key):
    return "remove_span", {"span": {"id": key}}


def link(target):
    body = {"id": f"q1-{target}", "type": "said_by", "from": "q1", "to": target}
    return "add_relation", {"relation": body}


def add(key):
    return "add_span", {"span": claim(0, 7, key)["span"]}


OPERATIONS = {
    "add": add("x1"),
    "add the same": add("x2"),
    "call it mixed": change("q1", attributes={"kind": "mixed"}),
    "call it indirect": change("q1", attributes={"kind": "indirect"}),
    "add a piece": change("q1", pieces=[find(SALES), find(QUOTE)]),
    "make it a claim": change("q1", label="claim"),
    "delete it": remove("q1"),
    "link it to Calado": link("s1"),
    "link it to Berg": link("s2"),
    "delete Calado": remove("s1"),
    "make the linked one a claim": change("q2", label="claim"),
    "unlink": ("remove_relation", {"relation": {"id": "q2-s2"}}),
    "make the claim a quote": change("c1", label="quote"),
    "undo the claim": ("undo", {}),
    "submit": ("submit", {}),
    "retire the label": ("retire", {}),
}
MINE, AGAIN, REOPEN = "Use mine", "Tag it again", "Reopen and save mine"
KEEP, DISCARD = "Keep what is there", "Discard it"
# What the first tab does and the second, how it is settled ("": by itself), what is so afterwards.
PAIRS = [
    ("add", "add the same", "", "x1 claim, x2 claim"),
    ("add the same", "add", "", "x1 claim, x2 claim"),
    ("call it mixed", "delete it", MINE, "no q1"),
    ("delete it", "call it mixed", AGAIN, "q1 quote, q1 mixed"),
    ("call it mixed", "call it indirect", MINE, "q1 indirect"),
    ("call it indirect", "call it mixed", MINE, "q1 mixed"),
    ("delete it", "delete it", "", "no q1, q2 quote"),
    ("delete Calado", "delete Calado", "", "no s1, q1 quote"),
    ("delete Calado", "link it to Calado", AGAIN, "s1 speaker, q1 said_by s1"),
    ("link it to Calado", "delete Calado", MINE, "no s1, q1 quote"),
    ("make it a claim", "add a piece", MINE, "q1 claim, q1 in 2 pieces"),
    ("add a piece", "make it a claim", MINE, "q1 claim, q1 in 2 pieces"),
    ("link it to Calado", "link it to Berg", MINE, "q1 said_by s2, no q1 said_by s1"),
    ("link it to Berg", "link it to Calado", MINE, "q1 said_by s1, no q1 said_by s2"),
    ("undo the claim", "make the claim a quote", AGAIN, "c1 quote"),
    ("make the claim a quote", "undo the claim", KEEP, "c1 quote"),
    ("submit", "call it mixed", REOPEN, "q1 mixed, in_progress"),
    ("call it mixed", "submit", MINE, "q1 mixed, submitted"),
    ("retire the label", "add", DISCARD, "no x1"),
    ("add", "retire the label", "", "x1 claim"),
    ("make the linked one a claim", "unlink", "", "q2 claim, no q2 said_by s2"),
    ("unlink", "make the linked one a claim", "", "q2 claim, no q2 said_by s2"),
]
THEIRS = [
    ("delete it", "call it mixed", "no q1"),
    ("call it mixed", "call it indirect", "q1 mixed"),
    ("link it to Calado", "link it to Berg", "q1 said_by s1, no q1 said_by s2"),
    ("submit", "call it mixed", "submitted, q1 direct"),
]


def named(row) -> str:
    return f"{row[0]}, then {row[1]}"


@pytest.fixture
def marked(desk, save):
    """Two speakers, two quotes of which the second has its speaker, a claim that was made last."""

    def span(key, label, words):
        return edit("add_span", span={"id": key, "label": label, "pieces": [find(words)]})

    relation = {"id": "q2-s2", "type": "said_by", "from": "q2", "to": "s2"}
    save(
        span("s1", "speaker", "Ines Calado"),
        span("s2", "speaker", BERG),
        span("q1", "quote", QUOTE),
        span("q2", "quote", SALES),
        edit("add_relation", relation=relation),
        span("c1", "claim", "abandoned"),
    )
    desk.open()


def do(desk, operation: str) -> None:
    kind, body = OPERATIONS[operation]
    if kind == "retire":
        Label.objects.filter(corpus=desk.article.corpus, key="claim").update(retired=True)
        bump_schema_version(desk.article.corpus)
    else:
        desk.act({**body, "id": str(uuid4()), "kind": kind})


def facts(article) -> set[str]:
    reading = Reading.objects.get(article=article)
    found = {reading.state}
    for span in Span.objects.filter(reading=reading).select_related("label"):
        found |= {
            span.key,
            f"{span.key} {span.label.key}",
            f"{span.key} in {len(span.pieces)} pieces",
        }
        found |= {f"{span.key} {value}" for value in span.attributes.values()}
    for one in Relation.objects.filter(reading=reading).select_related("source", "target", "type"):
        found.add(f"{one.source.key} {one.type.key} {one.target.key}")
    return found


def check(desk, expected: str) -> None:
    found = facts(desk.article)
    for fact in expected.split(", "):
        if fact.startswith("no "):
            assert fact[3:] not in found
        else:
            assert fact in found


def settle(desk, button: str, *, words: str) -> None:
    """Answer the question that has to be there, with the words it is about."""
    dialog = desk.page.locator("#refused")
    dialog.wait_for()
    assert words in dialog.locator("[data-role=mine]").inner_text()
    dialog.get_by_role("button", name=button).click()
    dialog.wait_for(state="hidden")


def words_of(operation: str) -> str:
    """Return what a question about an operation has to name."""
    kind, body = OPERATIONS[operation]
    if kind in ("undo", "submit"):
        return {"undo": "took back", "submit": "submit"}[kind]
    key = body.get("span", {}).get("id") or body["relation"]["from"]
    return {"q1": "We wait", "q2": SALES, "s1": "Ines Calado", "c1": "abandoned", "x1": "Harbour"}[
        key
    ]


@pytest.mark.parametrize(("first", "second", "button", "expected"), PAIRS, ids=map(named, PAIRS))
def test_of_two_operations_both_are_kept_or_one_is_asked_about(
    marked, desk, deaf, first, second, button, expected
):
    sleeper = deaf()
    do(desk, first)
    desk.saved()
    do(sleeper, second)
    if button:
        settle(sleeper, button, words=words_of(second))
    sleeper.saved()
    check(desk, expected)


@pytest.mark.parametrize(("first", "second", "expected"), THEIRS, ids=map(named, THEIRS))
def test_what_the_other_tab_did_can_be_kept(marked, desk, deaf, first, second, expected):
    sleeper = deaf()
    do(desk, first)
    desk.saved()
    do(sleeper, second)
    settle(sleeper, KEEP, words=words_of(second))
    sleeper.saved()
    check(desk, expected)
    shown, true = listed(sleeper), facts(desk.article)
    assert set(shown) == {fact for fact in true if fact in {"s1", "s2", "q1", "q2", "c1"}}
    if "q1" in shown:
        assert '"kind": "indirect"' not in attribute(sleeper, "q1", "attributes")


def test_the_question_says_what_i_did_and_what_is_there(marked, desk, deaf, axe, page):
    sleeper = deaf()
    do(desk, "make it a claim")
    desk.saved()
    do(sleeper, "add a piece")
    dialog = sleeper.page.locator("#refused")
    dialog.wait_for()
    assert "changed or removed elsewhere" in dialog.inner_text()
    mine, theirs = (dialog.locator(f"[data-role={role}] li") for role in ("mine", "theirs"))
    assert mine.all_inner_texts() == [
        "You changed the quote “We wait.”: now “ticket sales … “We wait.””."
    ]
    assert theirs.all_inner_texts()[0].startswith("Claim “We wait.”")
    assert axe(sleeper.page) == []
    sleeper.press("Escape")
    sleeper.page.locator("#save", has_text="Not saved").get_by_role("button", name="Decide").click()
    settle(sleeper, MINE, words="We wait")
    sleeper.saved()
