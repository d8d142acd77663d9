"""Articles that run to the left, and articles whose words are not set apart by spaces."""

import pytest
from playwright.sync_api import expect

from annotator.accounts.models import Preferences
from tests.browser.desk import Desk
from tests.browser.samples import find
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

# Our own: the minister of ports on new ferries; a promise; and a line in Latin letters.
HARBOUR = """\
قال وزير الموانئ سامي حداد يوم الثلاثاء إن 14 عبّارة جديدة ستبدأ رحلاتها في مارس 2026 من ميناء Porto Velho القديم.

“لن نترك جزيرة واحدة بلا قارب”، قال حداد أمام الصيادين. “هذا وعد.”

The port authority in Porto Velho said: “We wait.”
"""
HADDAD = "سامي حداد"
PROMISE = "“لن نترك جزيرة واحدة بلا قارب”"
# Our own: an official on a new ship, and a fisherman who is tired of waiting.
SHIP = """\
港湾担当の佐藤恵子氏は火曜日、「新しい船は三月に来る」と述べた。島の住民は静かに聞いていた。

「船を待つのはもう嫌だ。『待て』と言われ続けた」と漁師の田中一郎さんは語った。
"""
SATO = "佐藤恵子"
COMES = "「新しい船は三月に来る」"

# The box of the first tag of a span, and of the first character of its first run.
TAG_AND_START = """(key) => {
  const tag = document.querySelector(`.tag[data-number-of="${key}"]`);
  const run = tag.closest(".run");
  const text = Array.from(run.childNodes).find((node) => node.nodeType === Node.TEXT_NODE);
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(text, 1);
  const [a, b] = [tag.getBoundingClientRect(), range.getBoundingClientRect()];
  return [a.left, a.right, b.left, b.right];
}"""


def open_desk(page, live_server, sign_in, alice, corpus, text, **meta):
    article = ArticleFactory(corpus=corpus, title=text[:30], text=text, meta=meta)
    sign_in(alice)
    found = Desk(page, f"{live_server.url}/articles/{article.pk}/", article)
    found.open()
    return found


@pytest.fixture
def arabic(page, live_server, sign_in, alice, corpus, problems):
    return open_desk(page, live_server, sign_in, alice, corpus, HARBOUR)


@pytest.fixture
def japanese(page, live_server, sign_in, alice, corpus, problems):
    return open_desk(page, live_server, sign_in, alice, corpus, SHIP)


def select_words(desk, words: str) -> None:
    """Drag from the middle of the first word to the middle of the last: whole words are taken.

    Where the two directions meet, the outermost edge of a word is also that of another one.
    """
    start, end = find(words, desk.article.text)
    first, *_, last = words.split() * 2
    desk.drag(start + len(first) // 2, end - len(last) // 2)


def key_of(page, label: str) -> str:
    return page.locator(f"#items [data-label={label}]").first.get_attribute("data-span")


@pytest.mark.parametrize(
    "words",
    [HADDAD, "الموانئ", "14 عبّارة", "مارس 2026", "Porto Velho القديم", "ميناء Porto", "هذا وعد", "port authority"],
)  # fmt: skip
def test_the_mouse_stores_what_it_paints_where_words_run_to_the_left(arabic, words):
    select_words(arabic, words)
    arabic.press("s")
    arabic.saved()
    assert arabic.spans() == [("speaker", [words])]


def test_a_quote_and_its_speaker_where_words_run_to_the_left(arabic, page):
    arabic.select(HADDAD)
    arabic.press("s")
    arabic.click("جزيرة واحدة")
    arabic.press("q", "1")
    arabic.saved()
    assert (PROMISE, "said_by", HADDAD) in arabic.links()
    for label in ("speaker", "quote"):
        left, right, _, start = page.evaluate(TAG_AND_START, key_of(page, label))
        assert right == pytest.approx(start, abs=1.5), "a tag stands where its words begin"
        assert left < start
    start, end = (page.locator(f".handle--{edge}").bounding_box() for edge in ("start", "end"))
    assert start["x"] > end["x"]
    expect(page.locator(".chip__name")).to_have_text(HADDAD)


def test_arrows_go_where_they_point(arabic, page):
    arabic.click("قال وزير"[:3])
    arabic.press("ArrowLeft", "Shift+ArrowLeft", "s")
    arabic.saved()
    assert arabic.spans() == [("speaker", ["وزير الموانئ"])]
    arabic.press("Alt+ArrowRight")
    arabic.saved()
    assert arabic.spans() == [("speaker", ["وزير"])]


@pytest.mark.parametrize("words", [SATO, "火曜日", "三月に来る", "『待て』", "田中一郎さん"])
def test_the_mouse_stores_what_it_paints_where_no_space_parts_words(japanese, words):
    japanese.select(words)
    japanese.press("s")
    japanese.saved()
    assert japanese.spans() == [("speaker", [words])]


def test_a_quotation_in_corner_brackets_is_taken_by_a_click_and_linked(japanese, page):
    japanese.select(SATO)
    japanese.press("s")
    japanese.click("新しい船")
    japanese.press("q", "1")
    japanese.click("待て")
    japanese.press("q")
    japanese.saved()
    assert [row for row in japanese.spans() if row[0] == "quote"] == [
        ("quote", [COMES]),
        ("quote", ["『待て』"]),
    ]
    assert (COMES, "said_by", SATO) in japanese.links()
    expect(page.locator(".desk__head")).to_contain_text("88 characters")


@pytest.mark.parametrize("face", ["book", "wide"])
def test_the_text_never_moves_in_any_script(arabic, page, alice, face):
    Preferences.objects.create(user=alice, face=face)
    arabic.open()
    where = """() => Array.from(document.querySelectorAll(".para__text"), (p) => {
        const range = document.createRange();
        range.selectNodeContents(p);
        return Array.from(range.getClientRects(), (box) => [box.left, box.right, box.top + scrollY]);
      }).map((boxes) => [boxes.length && Math.min(...boxes.map((b) => b[0])),
        boxes.length && Math.max(...boxes.map((b) => b[1])), Math.max(...boxes.map((b) => b[2]))])"""
    before = page.evaluate(where)
    for words in (HADDAD, "14 عبّارة", "ميناء Porto", "هذا وعد"):
        select_words(arabic, words)
        arabic.press("c")
    arabic.saved()
    now = page.evaluate(where)
    assert [box[:2] for box in now] == [pytest.approx(box[:2], abs=0.5) for box in before]


def test_it_is_accessible(arabic, axe):
    arabic.select(HADDAD)
    arabic.press("s")
    arabic.saved()
    assert axe() == []
