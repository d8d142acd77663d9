"""How often the right speaker is among the first offered, on the articles of tests/samples.

Each article is walked as at the desk: quote by quote, with the links of the earlier quotes known and nobody
else tagged. `likeliest.js` ranks; the page is only there to run it.
"""

import pytest
from playwright.sync_api import expect

from annotator.text.candidates import candidates
from annotator.text.segments import paragraphs
from tests.browser.samples import marked
from tests.samples import samples

pytestmark = pytest.mark.django_db(transaction=True)

RANK = """async (quotes) => {
  const {likeliest} = await import("/static/js/desk/likeliest.js");
  return quotes.map((quote) => likeliest(quote).slice(0, 9));
}"""
# A little less than was measured: the right one among the first 1, 3 and 9.
FLOORS = {"tuned": (0.96, 0.97, 0.98), "held_out": (0.92, 0.96, 0.96)}


@pytest.mark.parametrize("name", FLOORS)
def test_the_right_speaker_is_among_the_first(desk, name):
    asked = [question for sample in samples(name) for question in questions(sample)]
    answers = desk.page.evaluate(RANK, [known for _, _, known in asked])
    ranks = [
        place_of(sample, sample.speaker_of(quote), offered)
        for (sample, quote, _), offered in zip(asked, answers, strict=True)
    ]
    shares = [sum(rank < most for rank in ranks) / len(ranks) for most in (1, 3, 9)]
    print(f"\n{name}: {len(ranks)} quotes; the right speaker is among the first 1, 3, 9 in", shares)
    assert all(share >= floor for share, floor in zip(shares, FLOORS[name], strict=True))


def questions(sample):
    """Yield each quote of an article with what is known when its speaker is asked for."""
    found, text = candidates(sample.text), sample.text
    runs = [
        {"pieces": run.pieces, "depth": run.depth, "continues": run.continues}
        for run in found.quotations
    ]
    plain = [
        {"start": one.start, "end": one.end, "characters": list(text[one.start : one.end])}
        for one in paragraphs(text)
    ]
    tagged, previous = {}, None
    for quote in sample.spans("quote"):
        # What one key takes: the quotation that begins here, without what follows an interruption.
        pieces = next(
            (r["pieces"] for r in runs if r["pieces"][0] == quote.pieces[0]), quote.pieces
        )
        known = [
            {"key": key, "name": span.attributes["entity"], "pieces": span.pieces}
            for key, span in tagged.items()
        ]
        taken = [piece for span in tagged.values() for piece in span.pieces]
        known += [
            {"name": text[start:end], "pieces": [[start, end]]}
            for start, end in found.names
            if not any(first < end and start < last for first, last in taken)
        ]
        yield (
            sample,
            quote,
            {
                "source": {"pieces": pieces},
                "paragraphs": around(plain, pieces),
                "mentions": known,
                "linked": [],
                "previous": previous,
                "registry": [],
                "cues": found.cues,
                "quotations": runs,
            },
        )
        speaker = sample.speaker_of(quote)
        tagged[speaker.id] = speaker
        previous = {"pieces": quote.pieces, "to": [speaker.id]}


def around(plain, pieces):
    """Return the paragraphs that pieces lie in, and the one before."""
    last = max(n for n, one in enumerate(plain) if one["start"] < pieces[-1][1])
    first = max(n for n, one in enumerate(plain) if one["start"] <= pieces[0][0])
    return plain[max(0, first - 1) : last + 1]


def place_of(sample, speaker, offered):
    """Return the place of the first one who is `speaker`; 9 when nobody is."""
    for place, one in enumerate(offered):
        if sample.names(speaker, tuple(one["pieces"][0])):
            return place
    return 9


# The order, on a text of its own: frame, previous quote in the paragraph, paragraph, previous quote, tagged,
# registry, other names.
TEXT = """\
Mara Holt came to North Varn. It was “four” there.
Odd Berg met Pia Holm and Eva Lund in Varn. Lund is a name of the registry.
“One,” said Dr. Ann Bell. Then Tom Sund left. And “two” came.
“Three.”
It was late, said Holt. It was early, officials said. Mr Moe said so. Mr Roe slept."""


def offered(desk, words, tagged=(), registry=(), previous=None):
    """Return the names offered for the quote `words` of TEXT when these are tagged."""
    found, spans = candidates(TEXT), {name: [*place(name)] for name in tagged}
    plain = [
        {"start": one.start, "end": one.end, "characters": list(TEXT[one.start : one.end])}
        for one in paragraphs(TEXT)
    ]
    mentions = [{"key": name, "name": name, "pieces": [piece]} for name, piece in spans.items()]
    mentions += [
        {"name": TEXT[start:end], "pieces": [[start, end]]}
        for start, end in found.names
        if not any(first < end and start < last for first, last in spans.values())
    ]
    [answers] = desk.page.evaluate(RANK, [{
        "source": {"pieces": [place(words)]},
        "paragraphs": around(plain, [place(words)]),
        "mentions": mentions,
        "linked": [],
        "previous": previous and {"pieces": [place(previous[0])], "to": [previous[1]]},
        "registry": list(registry),
        "cues": found.cues,
        "quotations": [
            {"pieces": run.pieces, "depth": run.depth, "continues": run.continues}
            for run in found.quotations
        ],
    }])  # fmt: skip
    return [one["name"] for one in answers]


def place(words):
    start = TEXT.index(words)
    return [start, start + len(words)]


def test_speakers_come_in_order(desk):
    # whoever the reporting word belongs to, then the paragraph, then the nearest
    assert offered(desk, "“One,”")[:2] == ["Dr. Ann Bell", "Tom Sund"]
    # no frame: the speaker of the quote before in this paragraph, then who else is in it
    before = ("“One,”", "Dr. Ann Bell")
    found = offered(desk, "“two”", tagged=["Dr. Ann Bell"], previous=before)
    assert found[:2] == ["Dr. Ann Bell", "Tom Sund"]
    # an empty paragraph: the speaker before, others who are tagged, the registry, most recent first
    found = offered(
        desk,
        "“Three.”",
        tagged=["Dr. Ann Bell", "Odd Berg"],
        registry=["Pia Holm", "Lund"],
        previous=before,
    )
    assert found[:4] == ["Dr. Ann Bell", "Odd Berg", "Pia Holm", "Eva Lund"]
    assert len(found) == len(set(found))
    # of a paragraph first those who speak elsewhere, by whatever part of their names
    assert offered(desk, "“four”")[0] == "Mara Holt"
    # the same elsewhere, without a capital too; a title is no part of a name
    found = offered(desk, "“Three.”")
    assert found.index("officials") < found.index("Tom Sund")
    assert found.index("Mr Moe") < found.index("Mara Holt") < found.index("Mr Roe")


def test_a_digit_tags_and_links_a_name_that_nobody_tagged(desk):
    desk.click("counted every")
    desk.press("q")
    answers = desk.page.locator("#strip .answer[data-action=answer]:visible")
    expect(answers.first.locator("span")).to_have_text("Calado")
    desk.press("1")
    desk.saved()
    assert ("speaker", ["Calado"]) in desk.spans()
    assert [(kind, to) for _, kind, to in desk.links()] == [("said_by", "Calado")]


def test_what_is_tagged_is_offered_by_its_name_and_linked(desk, save):
    save(*marked())
    desk.open()
    desk.click("are tired")
    answers = desk.page.locator("#strip .answer[data-action=answer]:visible span")
    # “he said”, and whoever said the quote before
    assert answers.all_inner_texts()[:2] == ["he", "Tomas Berg"]
    desk.press("2")
    desk.saved()
    assert (
        "“My members pay for a boat that does not come,”",
        "said_by",
        "Tomas Berg",
    ) in desk.links()
