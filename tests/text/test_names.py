"""Names, and who stands next to a reporting word without being one."""

import pytest

from annotator.text.candidates import candidates


def names(text):
    return [text[start:end] for start, end in candidates(text).names]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Ines Calado and Dr. Rósa Dahl.", ["Ines Calado", "Dr. Rósa Dahl"]),
        ("We met Jan van der Berg in Leem.", ["Jan van der Berg", "Leem"]),
        ("It was Sung Kim, then J. R. Holm.", ["Sung Kim", "J. R. Holm"]),
        ("We met O’Brien-Smith and d’Estaing.", ["O’Brien-Smith", "d’Estaing"]),
        ("We met Sanne de Wit; so de Wit sang.", ["Sanne de Wit", "de Wit"]),
        # titles, in small letters too
        ("We met Mayor Tove Østby.", ["Mayor Tove Østby"]),
        ("We met prime minister Ann Bell.", ["prime minister Ann Bell"]),
        ("Harbour minister Ines Calado left.", ["Harbour minister Ines Calado"]),
        ("“No,” said union leader Ann Bell.", ["union leader Ann Bell"]),
        ("FBU chair Kirsi Aalto left.", ["FBU chair Kirsi Aalto"]),
        ("Today Calado’s lawyer Pia Holm left.", ["Calado", "lawyer Pia Holm"]),
        # institutions
        ("It is the Ministry of Defence.", ["Ministry of Defence"]),
        ("It is the Bank of the North, or NATO.", ["Bank of the North", "NATO"]),
        ("We met Dahl of the Bakers’ Guild.", ["Dahl", "Bakers’ Guild"]),
        # possessives fall off, and end a name
        ("It is Washington’s North Korea policy.", ["Washington", "North Korea"]),
        # capitals that mean nothing
        ("Yesterday it rained. Ferries sank.", []),
        ("On Tuesday it rained, in May and on Sundays.", []),
        ("I think I’m here. “We left.”", []),
        ("LISBON - The boat sank.", []),
        ("When Calado left, it rained. Calado’s boat sank.", ["Calado", "Calado"]),
        ("We met Theresa May on Monday.", ["Theresa May"]),
        ("Minister Defends New Ferry Plan As All Islands Grumble Over Late Boats", []),
    ],
)
def test_names(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“No,” she said.", ["she"]),
        ("“No,” said she.", ["she"]),
        ("She left.", []),
        ("Islanders said no.", ["Islanders"]),
        ("“No,” observers say.", ["observers"]),
        ("“No,” another added.", ["another"]),
        ("“No,” said one of the two men.", ["one of the two men"]),
        ("“No,” said a spokesman for Norrvik.", ["a spokesman for Norrvik", "Norrvik"]),
        ("A spokeswoman for the region said no.", ["A spokeswoman for the region"]),
        ("At the meeting the mayor said no.", ["the mayor"]),
        ("The old city’s office has repeatedly said no.", ["The old city’s office"]),
        ("A clerk on Friday said no.", ["A clerk"]),
        ("The minister, 58, who runs the port, said no.", ["The minister"]),
        ("The ministry, in a statement to the press, said no.", ["The ministry"]),
        ("Two people who worked there said no.", ["Two people"]),
        ("It is late, according to the report.", ["the report"]),
        ("According to people on the quay, it is late.", ["people on the quay"]),
        ("The bridge was described by critics as late.", ["critics"]),
        # the determiner belongs to it, and the name is not offered twice
        ("Then the FBU said no.", ["the FBU"]),
        ("“No,” said the FBU.", ["the FBU"]),
        # nobody
        ("He was told to go.", []),
        ("It fell, adding that the boat was late.", []),
        ("I said no. We said no.", []),
    ],
)
def test_who_stands_beside_a_reporting_word(text, expected):
    assert names(text) == expected
