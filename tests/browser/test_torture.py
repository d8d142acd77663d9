"""What the mouse selects is what is stored, whatever the text is made of: six places in each."""

import pytest

from annotator.readings.models import Span
from tests.browser.desk import Desk
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

# Each text has six words or signs in square brackets: those are selected, one after the other.
TEXTS = {
    "family emoji": "[👨‍👩‍👧‍👦] are [home] with 👩🏽‍🚀 and [👩🏽‍🚀 flew] over [Lagos], “[we] saw” [😀😀😀]",
    "flags": "[🇵🇹] and [🇩🇪🇫🇷] met [🇯🇵 team] in [Kyoto], [said] 🏴󠁧󠁢󠁳󠁣󠁴󠁿 the [end🇵🇹]",
    "combining marks": "[Zoe\u0308] and [Jose\u0301] said [a\u0302\u0323] e\u0301 [voila\u0300] of [n\u0303o] [x\u0338y]",
    "composed and not": "[Zoë] [Zoe\u0308] [ﬁn] İ[stanbul] ß[traße] [Å\u030a]",
    "bidi": "The minister [אמרה] that [שלום עולם] and [مرحبا] in [text] 123 [אב-גד] [end]",
    "right to left": "[אמרה] השרה ביום [שלישי] כי “[לא] ניכנע” [ABC] ו-[דוד] 45 [סוף]",
    "CJK": "[島]の連絡船は「[来]ない」と[田]中さん[は]言った。[カ]フェの人も同じ[だ]",
    "U+2028 and friends": "[one]\u2028two [three]\u2029four [five]\u0085six \u00a0[seven]\u00a0 [eight]\u200bnine [ten]",
    "astral letters": "[𝒳𝒴] equals [𠀋] and [𝟘𝟙] but [x] not [🜁] or [𝔄b]",
    "tabs and spaces": "[one]\ttwo  [three]   four\t\t[five] six [seven]  [eight] [nine]",
    "joiners": "[North’s] [co-op] [U.S.A] [3.5] soft\u00adhyphen [soft\u00adhyphen] [नमस्\u200dते]",
    "CRLF": "[one] two\r\n[three] 😀 four\r\n\r\n[five] six\r[seven] [eight] [😀]",
}


def parse(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text without its brackets, and where they stood: [start, end) in code points."""
    text, places, start = "", [], 0
    for character in marked:
        if character == "[":
            start = len(text)
        elif character == "]":
            places.append((start, len(text)))
        else:
            text += character
    return text, places


@pytest.mark.parametrize("name", TEXTS)
def test_what_the_mouse_selects_is_what_is_stored(page, live_server, sign_in, alice, corpus, name):
    text, places = parse(TEXTS[name])
    assert len(places) == 6
    article = ArticleFactory(corpus=corpus, text=text)
    sign_in(alice)
    desk = Desk(page, f"{live_server.url}/articles/{article.pk}/", article)
    desk.open()
    for start, end in places:
        page.keyboard.down("Alt")  # by characters: here whole words would often be more
        page.mouse.move(*desk.point(start, after=True))
        page.mouse.down()
        page.mouse.move(*desk.point(end, after=False), steps=4)
        page.mouse.up()
        page.keyboard.up("Alt")
        desk.press("c")
    desk.saved()
    stored = sorted(Span.objects.values_list("extent", flat=True))
    assert [pieces[0] for pieces in stored] == places
    assert [text[a:b] for a, b in places] == [
        text[pieces[0][0] : pieces[0][1]] for pieces in stored
    ]
