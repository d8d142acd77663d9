"""Reporting words, and the nouns that look like them."""

import pytest

from annotator.text.candidates import candidates


def cues(text):
    return [text[start:end] for start, end in candidates(text).cues]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dahl said no, and warned of more.", ["said", "warned"]),
        ("She has denied it, replying: “No.”", ["denied", "replying"]),
        ("He admitted it; they argue; she implies it.", ["admitted", "argue", "implies"]),
        ("According to Dahl, in the words of Berg, …", ["According to", "in the words of"]),
        ("Dahl points out that it is late.", ["points out"]),
        ("“No,” claims Dahl. Critics claim it is late.", ["claims", "claim"]),
        ("The minister claims that it is late.", ["claims"]),
        ("She left, warning that it was late.", ["warning"]),
        # only beside a quotation, a colon or “that”
        ("“No,” he laughed. He laughed at it.", ["laughed"]),
        ("“No,” the man with the dog went on. He went on.", ["went on"]),
        ("She found that it was late. She found a boat.", ["found"]),
        ("It is late, the study found. The boat was found.", ["found"]),
        ("A note read: “Sorry.” He read a book.", ["read"]),
        ("He shrugged. “No.” He shrugged twice.", ["shrugged"]),
        # opinions of somebody
        ("She expects rain. The boat expected is late.", ["expects"]),
        # nouns and adjectives
        ("The remarks and a fresh warning came late.", []),
        ("Pyongyang’s claims of success, and its reports", []),
        ("the joint statement, the alleged fraud, claims of fraud", []),
        ("Reports of rain. Calls for help.", []),
        ("the United States, a request for comment", []),
        # nobody reports
        ("He was told. He had been accused. It was never told.", []),
        ("They declined to comment.", []),
    ],
)
def test_reporting_words(text, expected):
    assert cues(text) == expected
