"""Quotation runs and the kind of a quote, on prose of our own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.quotations import kind_of, quotations
from annotator.text.segments import paragraphs
from tests.text.growth import is_linear

HARBOUR = (
    "The harbour master called the plan “bold” and “a little late.”\n"
    "“Nobody asked the skippers,” said Runa Dahl. “We’d have told them: the crews’ boats leak.”\n"
    "“The quay is older than my grandmother’s house,” Dahl went on. “It won’t hold.\r\n"
    "\r\n"
    "“So we wait.”\n"
    "The minister's office declined to comment."
)


def surfaces(text):
    return [[text[start:end] for start, end in found.pieces] for found in quotations(text)]


def test_an_article_offers_its_quotations():
    assert surfaces(HARBOUR) == [
        ["“bold”"],
        ["“a little late.”"],
        ["“Nobody asked the skippers,”"],
        ["“We’d have told them: the crews’ boats leak.”"],
        ["“The quay is older than my grandmother’s house,”"],
        ["“It won’t hold.", "“So we wait.”"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # one style after the other
        ('"Yes," she said. "No."', [['"Yes,"'], ['"No."']]),
        ("„Ja“, sagte er, „morgen“.", [["„Ja“"], ["„morgen“"]]),
        ("„Tak”, powiedział.", [["„Tak”"]]),
        ("« Oui », dit-il. « Non »", [["« Oui »"], ["« Non »"]]),
        ("»Ja«, sagte sie. »Nein«", [["»Ja«"], ["»Nein«"]]),
        ("»Ja», sa hon.", [["»Ja»"]]),
        ("”Ja”, sa hon. ”Nej”", [["”Ja”"], ["”Nej”"]]),
        ("‹a› and ‹b›", [["‹a›"], ["‹b›"]]),
        ("市長は「はい」と言った。", [["「はい」"]]),
        ("“Yes“ with the wrong closing mark", [["“Yes“"]]),
        ('"...and then," he said', [['"...and then,"']]),
        ('said ("A")—"B"/"C"', [['"A"'], ['"B"'], ['"C"']]),
        # nested
        ("“He said ‘no’ twice”", [["“He said ‘no’ twice”"], ["‘no’"]]),
        ("„wir ‚kommen‘ heute“", [["„wir ‚kommen‘ heute“"], ["‚kommen‘"]]),
        ("「a『b』」", [["「a『b』」"], ["『b』"]]),
        ('"A "B" C" he', [['"A "B" C"'], ['"B"']]),
        ("“a “b” c” d", [["“a “b” c”"], ["“b”"]]),
        ("«a “b” c»", [["«a “b” c»"], ["“b”"]]),
        # apostrophes
        ("the countries’ talks ’til ’90s", []),
        ("“the dogs’ bowls” aren’t", [["“the dogs’ bowls”"]]),
        ("‘It’s the workers’ fault,’ he said", [["‘It’s the workers’ fault,’"]]),
        ("“a ‘the crews’ boats’ b”", [["“a ‘the crews’ boats’ b”"], ["‘the crews’ boats’"]]),
        ("‘never closed and dropped", []),
        ("'It's the crews' boat,' he said", [["'It's the crews' boat,'"]]),
        ("\"He said 'no' twice\"", [["\"He said 'no' twice\""], ["'no'"]]),
        ("\"'No,' he said.\"", [["\"'No,' he said.\""], ["'No,'"]]),
        ("rock 'n' roll 'til the '90s' end", []),
        ("“a ‘b” c’ d", [["“a ‘b”"]]),
        # measures and strays
        ('a 12" record, 6\'2" tall', []),
        ("closed only” here", []),
        ("“” and “ ” and «»", []),
        # not closed
        ("“Open to the end. \nNext paragraph.", [["“Open to the end."]]),
        ("“Open\nNext “closed” one", [["“Open"], ["“closed”"]]),
        ("“Open", [["“Open"]]),
        # over paragraphs
        ("“One\n“Two\n\r\n“Three” end", [["“One", "“Two", "“Three”"]]),
        ('"One\n"Two" end', [['"One', '"Two"']]),
        ("« Un\n» deux »", [["« Un", "» deux »"]]),
        ("„Eins\n„Zwei“", [["„Eins", "„Zwei“"]]),
        ("“One\n  “Two”", [["“One", "“Two”"]]),
        ("‘One\n‘Two’ end", [["‘One", "‘Two’"]]),
        ("'One\n'Two' end", [["'One", "'Two'"]]),
        ("‘Twas late.\nThe end", []),
        ("“One\n‘Two’", [["“One"], ["‘Two’"]]),
        ("“One\n«Two»", [["“One"], ["«Two»"]]),
        ("“One ‘a\n“Two ‘b’ c”", [["“One ‘a", "“Two ‘b’ c”"], ["‘b’"]]),
        ("“One «a\n“«Two» b”", [["“One «a", "“«Two» b”"], ["«a", "«Two»"]]),
        ("“One «a\n“Two”", [["“One «a", "“Two”"], ["«a"]]),
        ("“Closed.”\n“Another.”", [["“Closed.”"], ["“Another.”"]]),
        ("“One\u2028two” three", [["“One\u2028two”"]]),
    ],
)
def test_quotation_runs(text, expected):
    assert surfaces(text) == expected


def test_a_nested_run_knows_its_depth():
    assert [found.depth for found in quotations("“a ‘b’ c” ‘d’")] == [0, 1, 0]
    assert [found.depth for found in quotations("‘Twas “fine” again")] == [0]


@pytest.mark.parametrize(
    ("text", "marked", "kind"),
    [
        ("“We wait,” she said.", ["“We wait,”"], "direct"),
        ("“We wait,” she said.", ["“We wait,” "], "direct"),
        ("“We wait”, she said.", ["“We wait”,"], "direct"),
        ("“We wait,” she said.", ["We wait"], "direct"),
        ("“We wait,” she said. “Today.”", ["“We wait,”", "“Today.”"], "direct"),
        ("“One\n“Two” end", ["“One", "“Two”"], "direct"),
        ("“One\n“Two” end", ["“One\n“Two”"], "direct"),
        ("“One\n“Two” end", ["“Two”"], "direct"),
        ("She said the plan was “late” again.", ["the plan was “late” again"], "mixed"),
        ("She said the plan was “late.”", ["the plan was “late.”"], "mixed"),
        ("She called it “late” and slow.", ["“late” and slow"], "mixed"),
        ("“We wait,” she said, and left.", ["“We wait,”", "left"], "mixed"),
        ("She said the plan was late.", ["the plan was late"], "indirect"),
        ("“We wait,” she said of the crews’ plan.", ["the crews’ plan"], "indirect"),
        ("He said “no”.", ["He said"], "indirect"),
        ("He said “no”.", ["."], "indirect"),
        ("“No” he said", [" he said"], "indirect"),
    ],
)
def test_the_kind_of_a_quote(text, marked, kind):
    pieces = [(text.index(words), text.index(words) + len(words)) for words in marked]
    assert kind_of(text, pieces) == kind
    assert kind_of(text, pieces, quotations(text)) == kind


marked_text = st.text(st.sampled_from("ab s.\n\r“”„\"«»‹›「」『』‘’‚—('"), max_size=80)


@given(marked_text)
def test_candidates_are_well_formed_whatever_the_text(text):
    found = quotations(text)
    assert found == quotations(text)
    assert found == sorted(found, key=lambda one: (one.start, -one.end))
    holding = [(paragraph.start, paragraph.end) for paragraph in paragraphs(text)]
    for candidate in found:
        homes = []
        for start, end in candidate.pieces:
            [home] = [index for index, (a, b) in enumerate(holding) if a <= start < end <= b]
            homes.append(home)
        # One piece a paragraph, in paragraphs that follow each other.
        assert homes == list(range(homes[0], homes[0] + len(homes)))


@given(marked_text)
def test_outermost_runs_never_overlap(text):
    pieces = [piece for run in quotations(text) if run.depth == 0 for piece in run.pieces]
    assert all(first[1] <= second[0] for first, second in pairwise(pieces))


@pytest.mark.parametrize("unit", ["“", "“x\n", '"', "‘s’ ", "'s' ", "„「", "’", "“a ‘b\n"])
def test_time_grows_with_the_marks_and_no_faster(unit):
    assert is_linear(quotations, unit)
