"""Nothing is lost on the way to the server, in real Chromium: cuts, reloads, closed tabs, ended sessions."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from annotator.readings.models import Edit, Reading, Span
from tests.browser.desk import Desk, claim, edit

pytestmark = pytest.mark.django_db(transaction=True)

BERG = "Tomas Berg"
PASSWORD = "correct horse battery"
FULL = (
    "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
)
SWITCHED_OFF = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); } });"""


def until(page, condition):
    """Wait for what happens outside of the page; the browser goes on meanwhile."""
    for _ in range(1500):
        if condition():
            return
        page.wait_for_timeout(20)
    raise AssertionError("this did not come about within 30 s")


def words(desk, first, last) -> list[list[int]]:
    """Return where the words number ``first`` to ``last`` of the article stand."""
    found = [list(word.span()) for word in re.finditer(r"\w+", desk.article.text)]
    return found[first:last]


def stored(article) -> list[list[int]]:
    """Return where the spans lie, in the order in which they were stored."""
    edits = Edit.objects.filter(reading__article=article).order_by("version")
    return [piece for e in edits for span in e.after["spans"].values() for piece in span["pieces"]]


@contextmanager
def cut(context, *, deliver: bool):
    """Let no answer to an edit through; ``deliver``: the server gets and saves it all the same."""
    delivered = []

    def answer(route):
        if deliver:
            delivered.append(route.fetch().status)
        route.abort()

    context.route("**/edits/", answer)
    yield delivered
    context.unroute_all(behavior="wait")


def waiting(page) -> int:
    """Return how many edits the browser keeps."""
    return len(page.evaluate("Object.keys(localStorage).filter((key) => /:edits:/.test(key))"))


def wake(page):
    """Have the page look at the network now, and not after its next pause."""
    page.evaluate("dispatchEvent(new Event('online'))")


def sign_in_by_form(page, name):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


@pytest.fixture
def leaves(page):
    """Say yes when the browser asks whether to leave; note that it asked."""
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    return asked


# The network


@pytest.mark.parametrize("deliver", [False, True], ids=["nothing arrives", "answers are cut"])
def test_fifty_edits_offline_with_a_reload_in_the_middle(desk, page, context, leaves, deliver):
    places = words(desk, 0, 50)
    edits = [claim(*place) for place in places]
    with cut(context, deliver=deliver) as delivered:
        desk.act(*edits[:25])
        page.locator("#save", has_text="25 changes kept here").wait_for()
        page.reload()
        page.locator("#save", has_text="25 changes kept here").wait_for()
        expect(page.locator(".item")).to_have_count(25)
        desk.act(*edits[25:])
        page.locator("#save", has_text="50 changes kept here").wait_for()
    assert bool(delivered) == deliver
    wake(page)
    desk.saved()
    assert stored(desk.article) == places
    expect(page.locator("#items [data-span]")).to_have_count(50)
    assert page.locator(".tag").count() == 50, "each has its lanes, whose answer was lost too"
    assert leaves == ["beforeunload"]


def test_whatever_is_cut_is_stored_once_and_in_order(desk, page, context, leaves):
    """Every other answer is cut, every third request lost, and the person goes on all the while."""
    places = words(desk, 0, 30)
    fates = iter(["lost", "cut", "answered", "cut", "lost", "answered"] * 50)

    def answer(route):
        fate = next(fates)
        if fate == "answered":
            return route.continue_()
        if fate == "cut":
            route.fetch()
        return route.abort()

    context.route("**/edits/", answer)
    for place in places:
        desk.act(claim(*place))
        wake(page)
    for _ in range(6):
        wake(page)
    desk.saved()
    assert stored(desk.article) == places


def test_a_network_that_never_answers_is_given_up(desk, page, context):
    page.clock.install()
    held = []
    context.route("**/edits/", lambda route: held.append(route))
    desk.act(claim(0, 8))
    page.locator("#save[data-state=saving]").wait_for()
    page.clock.fast_forward(19_000)
    page.locator("#save[data-state=saving]").wait_for()
    page.clock.fast_forward(2_000)
    page.locator("#save", has_text="Offline: 1 change kept here").wait_for()
    context.unroute_all()
    page.clock.fast_forward(5_000)
    desk.saved()
    assert stored(desk.article) == [[0, 8]]


def test_what_the_server_stumbles_over_does_not_keep_the_rest_back(desk, page, context):
    poisoned = [8, 16]

    def answer(route):
        if str(poisoned).replace(" ", "") in route.request.post_data:
            route.fulfill(status=500, body="x")
        else:
            route.continue_()

    context.route("**/edits/", answer)
    desk.act(claim(0, 8), claim(*poisoned), claim(18, 23))

    def asks():
        wake(page)  # instead of waiting for longer and longer
        return page.locator("#refused").is_visible()

    until(page, asks)
    expect(page.locator("#refused")).to_contain_text("You tagged “minister” as a claim.")
    page.get_by_role("button", name="Discard it").click()
    desk.saved()
    assert stored(desk.article) == [[0, 8], [18, 23]]


# A closed tab


@pytest.mark.parametrize("arrived", [False, True], ids=["before it arrived", "before the answer"])
@pytest.mark.parametrize("path", ["/", "/articles/{}/", "/account/"])
def test_what_a_killed_tab_was_sending_is_saved_by_the_next_page(
    desk, page, context, live_server, path, arrived
):
    held = []
    context.route("**/edits/", lambda route: held.append(route.fetch() if arrived else route))
    desk.act(*(claim(*place) for place in words(desk, 0, 3)))
    until(page, lambda: held)
    page.close()
    context.unroute_all(behavior="ignoreErrors")
    other = context.new_page()
    other.goto(live_server.url + path.format(desk.article.pk))
    until(other, lambda: waiting(other) == 0)
    assert stored(desk.article) == words(desk, 0, 3)
    if "articles" in path:
        expect(other.locator("#items [data-span]")).to_have_count(3)
    else:
        other.get_by_text("changes that waited in this browser: saved").wait_for()


def test_what_was_saved_while_the_desk_was_on_its_way_is_seen_there(
    desk, page, context, leaves, live_server
):
    held = []
    context.route("**/edits/", lambda route: held.append(route))
    desk.act(claim(*words(desk, 4, 5)[0]))
    until(page, lambda: held)
    held.clear()
    page.goto(live_server.url + "/")
    until(page, lambda: held)
    witness = context.new_page()
    witness.goto(live_server.url + "/healthz")

    def late(route):
        before = route.fetch()
        held[0].fulfill(response=held[0].fetch())
        until(witness, lambda: not waiting(witness))
        route.fulfill(response=before)

    page.route(desk.url, late)
    page.goto(desk.url)
    desk.saved()
    expect(page.locator(".run.l0-claim")).to_have_count(1)


def test_what_another_page_cannot_save_unasked_is_decided_about_at_the_desk(
    desk, page, context, save, live_server
):
    save(claim(0, 8, "c1"))
    desk.open()
    with cut(context, deliver=False):
        desk.act(edit("change_span", span={"id": "c1", "label": "quote"}), claim(9, 17))
        page.locator("#save[data-state=offline]").wait_for()
        page.close()
    save(edit("remove_span", span={"id": "c1"}))
    other = context.new_page()
    other.goto(live_server.url)
    other.get_by_text("could not be saved unasked").wait_for()
    other.get_by_role("link", name="Open it to decide").click()
    other.get_by_role("button", name="Tag it again").click()
    Desk(other, desk.url, desk.article).saved()
    assert set(Span.objects.values_list("label__key", flat=True)) == {"quote", "claim"}


# The session


def test_after_the_session_ended_nothing_is_lost(desk, page, context, sign_in, alice):
    context.clear_cookies()
    desk.act(claim(0, 7))
    page.locator("#save", has_text="Signed out: 1 change kept here").wait_for()
    assert not Reading.objects.exists()
    sign_in(alice)
    page.evaluate("dispatchEvent(new Event('focus'))")
    desk.saved()
    assert stored(desk.article) == [[0, 7]]


@pytest.mark.parametrize("where", ["in another tab", "in place"])
def test_a_session_that_ended_while_offline(desk, page, context, leaves, live_server, where):
    places = words(desk, 0, 10)
    context.set_offline(True)
    desk.act(*(claim(*place) for place in places))
    page.locator("#save", has_text="Offline: 10 changes kept here").wait_for()
    context.clear_cookies()
    context.set_offline(False)
    link = page.get_by_role("link", name="Sign in again")
    link.wait_for()
    if where == "in place":
        page.goto(live_server.url + link.get_attribute("href"))
        sign_in_by_form(page, "alice")
    else:
        with page.expect_popup() as other:
            link.click()
        sign_in_by_form(other.value, "alice")
    desk.saved()
    assert stored(desk.article) == places


def test_a_token_that_another_tab_made_void(desk, page, context, live_server):
    other = context.new_page()
    other.goto(f"{live_server.url}/accounts/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    other.goto(f"{live_server.url}/accounts/login/")
    sign_in_by_form(other, "alice")
    states = []
    page.expose_function("note", lambda state: states.append(state))
    page.evaluate("""new MutationObserver(() => note(document.getElementById("save").dataset.state))
        .observe(document.getElementById("save"), {attributes: true})""")
    desk.act(claim(0, 7))
    desk.saved()
    assert stored(desk.article) == [[0, 7]]
    assert set(states) <= {"saving", "saved"}, "nobody notices"


def test_another_person_never_sends_them(desk, page, context, leaves, live_server, bob):
    context.set_offline(True)
    desk.act(claim(0, 7))
    page.locator("#save[data-state=offline]").wait_for()
    context.clear_cookies()
    context.set_offline(False)
    other = context.new_page()
    other.goto(f"{live_server.url}/accounts/login/?next=/articles/{desk.article.pk}/")
    sign_in_by_form(other, "bob")
    page.locator("#save", has_text="Somebody else is signed in: 1 change kept here").wait_for()
    theirs = Desk(other, desk.url, desk.article)
    theirs.act(claim(8, 16))
    theirs.saved()
    assert other.locator("#items [data-span]").count() == 1, "nothing of Alice's is shown to Bob"
    assert Reading.objects.get().reader == "bob"
    context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/?next=/articles/{desk.article.pk}/")
    sign_in_by_form(page, "alice")
    desk.saved()
    mine = Reading.objects.get(reader="alice")
    assert [span.pieces for span in mine.spans.all()] == [[(0, 7)]]


# Signing out


def sign_out(page):
    page.locator(".menu summary").click()
    page.locator(".menu").get_by_role("button", name="Sign out").click()


@pytest.fixture
def kept(desk, page, context, leaves):
    """A change of Alice's that the server does not take, and the page she goes on to."""
    context.route("**/edits/", lambda route: route.fulfill(status=503))
    desk.act(claim(0, 7))
    page.locator("#save[data-state=offline]").wait_for()
    page.goto(desk.url.split("/articles/")[0])
    page.get_by_text("1 change to an article wait").wait_for()


def test_signing_out_sends_first_and_leaves_nothing_behind(desk, page, context, kept):
    context.unroute_all(behavior="wait")
    sign_out(page)
    page.wait_for_url("**/login/**")
    assert stored(desk.article) == [[0, 7]]
    assert waiting(page) == 0


def test_signing_out_asks_and_keeps(desk, page, context, kept, axe, live_server):
    sign_out(page)
    page.get_by_role("heading", name="1 change is not saved yet").wait_for()
    assert axe() == []
    page.get_by_role("button", name="Keep them here").click()
    page.wait_for_url("**/login/**")
    context.unroute_all(behavior="wait")
    sign_in_by_form(page, "alice")
    page.get_by_text("1 change that waited in this browser: saved").wait_for()
    assert stored(desk.article) == [[0, 7]]


def test_signing_out_asks_and_discards(desk, page, context, kept):
    sign_out(page)
    page.get_by_role("button", name="Discard them").click()
    page.wait_for_url("**/login/**")
    assert waiting(page) == 0
    context.unroute_all(behavior="wait")
    sign_in_by_form(page, "alice")
    assert not Span.objects.exists()


def test_signing_out_can_be_given_up(desk, page, context, kept):
    sign_out(page)
    page.get_by_role("button", name="Stay signed in").click()
    context.unroute_all(behavior="wait")
    wake(page)
    page.get_by_text("1 change that waited in this browser: saved").wait_for()
    assert stored(desk.article) == [[0, 7]]


def test_signing_out_at_the_desk_asks_once(desk, page, context, leaves):
    context.route("**/edits/", lambda route: route.fulfill(status=503))
    desk.act(claim(0, 7))
    page.locator("#save[data-state=offline]").wait_for()
    sign_out(page)
    page.get_by_role("button", name="Keep them here").click()
    page.wait_for_url("**/login/**")
    assert leaves == []


# Leaving


def test_leaving_asks_first(desk, page, context):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.click("crossings")  # a page that nobody has touched may not ask
    with cut(context, deliver=False):
        desk.act(claim(0, 7))
        page.locator("#save[data-state=offline]").wait_for()
        page.get_by_role("link", name="Island news").click()
        until(page, lambda: asked)
        page.close(run_before_unload=True)
        until(page, lambda: len(asked) == 2)
    assert asked == ["beforeunload"] * 2
    wake(page)
    desk.saved()
    assert page.url == desk.url


def test_a_link_lets_what_is_being_sent_arrive(desk, page, context, corpus, leaves):
    held = []
    context.route("**/edits/", lambda route: held.append(route))
    desk.click("crossings")
    desk.act(claim(0, 7))
    page.get_by_role("link", name="Island news").click()
    until(page, lambda: held)
    held.pop().continue_()
    page.wait_for_url("**/corpora/news/")
    assert stored(desk.article) == [[0, 7]]
    assert leaves == [], "nothing was left to ask about"


# The storage


@pytest.mark.parametrize("script", [FULL, SWITCHED_OFF], ids=["full", "switched off"])
def test_a_browser_that_keeps_nothing_says_so(desk, page, context, script):
    context.add_init_script(script)
    desk.open()
    desk.click("crossings")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with cut(context, deliver=False):
        desk.act(claim(0, 7), claim(8, 16))
        page.locator("#save", has_text="2 changes in this page only, do not close it").wait_for()
        page.close(run_before_unload=True)
        until(page, lambda: asked)
    wake(page)
    page.locator("#save[data-state=saved]").wait_for()
    assert stored(desk.article) == [[0, 7], [8, 16]]


# What the page says


def test_the_state_is_seen_on_a_phone_and_announced_politely(desk, page, context, axe):
    page.set_viewport_size({"width": 390, "height": 800})
    said = page.locator("#save [role=status]")

    def seen(state, words):
        page.locator(f"#save[data-state={state}]", has_text=words).wait_for()
        box = page.locator("#save .save__text").bounding_box()
        assert box["x"] >= 0, state
        assert box["x"] + box["width"] <= 390, state
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, state

    seen("saved", "Saved")
    desk.act(claim(0, 7))
    desk.saved()
    assert said.text_content() == "", "what is as it should be is not talked about"
    context.set_offline(True)
    desk.act(*(claim(*place) for place in words(desk, 0, 12)))
    seen("offline", "Offline: 12 changes kept here")
    expect(said).to_have_text("Offline: 12 changes kept here")
    assert axe() == []
    context.set_offline(False)
    desk.saved()
    expect(said).to_have_text("Saved")
    context.clear_cookies()
    desk.act(claim(1, 6))
    seen("signed-out", "Signed out: 1 change kept here")
    assert axe() == []


def test_an_answer_waits_for_a_drag_and_a_cancelled_one_lets_it_in(desk, page):
    pointer = "type => document.getElementById('text').dispatchEvent(new PointerEvent(type, {bubbles: true}))"
    page.evaluate(pointer, "pointerdown")
    with page.expect_response("**/edits/"):
        desk.act(claim(0, 7))
    page.wait_for_timeout(200)
    assert page.locator(".run").count() == 0, "replacing the text would tear the drag"
    page.evaluate(pointer, "pointercancel")
    desk.saved()
    expect(page.locator(".run")).to_have_count(1)
