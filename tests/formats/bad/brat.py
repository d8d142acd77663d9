"""Bad zips of brat: each with words of what is said of it."""

import json

from tests.formats.zips import pack

TEXT = "“We wait,” said Runa Dahl.\r\n“Today.”\n"
SPANS = "T1\tquote 0 10\t“We wait,”\nT2\tspeaker 16 25\tRuna Dahl\n"


def standoff(ann, text=TEXT, **more):
    members = [("a.txt", text), ("a.ann", ann)]
    return pack([*members, *((name.replace("_", "."), data) for name, data in more.items())])


def with_line(line):
    return standoff(SPANS + line + "\n")


def beside(record):
    words = record if isinstance(record, (str, bytes)) else json.dumps(record)
    return standoff(SPANS, a_json=words)


CASES = [
    (b"", "its end is missing"),
    (pack([("a.ann", SPANS)]), "There is no “a.txt” beside this file."),
    (pack([("b.json", "{}")]), "There is no “b.txt” beside this file."),
    (pack([("a.txt", TEXT), ("a.ann", SPANS), ("readme.md", "x")]), "none of .txt, .ann"),
    (pack([("a.txt", ""), ("a.ann", "")]), "The text is empty."),
    (pack([("a.txt", b"\xff"), ("a.ann", "")]), "not UTF-8"),
    (pack([("a.txt", "x".encode("utf-16")), ("a.ann", "")]), "UTF-16"),
    (pack([("a.txt", b"x\0y"), ("a.ann", "")]), "NUL"),
    (pack([("a.txt", b"x" * 4_000_001), ("a.ann", "")], 0), "longer than 4 MB"),
    (standoff(b"T1\tquote 0 1\t\xe9"), "not UTF-8"),
    (standoff(b"\xff\xfeT\0"), "UTF-16"),
    (standoff("#\0"), "no line of brat's"),
    (standoff("X1\tquote 0 10\t“We wait,”"), "no line of brat's"),
    (standoff("hello"), "no line of brat's"),
    (standoff("R1 said_by Arg1:T1 Arg2:T2"), "no line of brat's"),
    (standoff("R1\t"), "no line of brat's"),
    (standoff("T1\tquote 0 99\t“We wait,”"), "runs from 0 to 99, outside its text"),
    (standoff("T1\tquote 10 0"), "“T1” is empty: it runs from 10 to 0."),
    (standoff("T1\tquote 5 5\t"), "“T1” is empty"),
    (standoff("T1\tquote -1 5"), "not like T1→quote 0 10→its words"),
    (standoff("T1\tquote 0"), "not like T1→quote"),
    (standoff("T1\tquote 0 5,7 9"), "not like T1→quote"),
    (standoff("T1\tquote 0 5;"), "not like T1→quote"),
    (standoff("T1\tquote 0 " + "9" * 5000), "not like T1→quote"),
    (standoff("T1\tquote 0 10\t“We went,”"), "“T1” should read ““We went,””"),
    (standoff("T1\tquote 0 10;20 99"), "runs from 20 to 99"),
    (standoff(SPANS + SPANS), "“T1” is given twice."),
    (with_line("R1\tsaid_by T1 T2"), "not like R1→said_by"),
    (with_line("R1\tsaid_by Arg1:T1"), "not like R1→said_by"),
    (with_line("R1\tsaid_by Arg1:T1 Arg2:T9"), "It names “T9”, which is not there."),
    (with_line("R1\tsaid_by Arg1:T1 Arg2:T1"), "links span “T1” to itself"),
    (with_line("E1\tquote"), "not like E1→quote"),
    (with_line("E1\tquote:T9"), "It names “T9”"),
    (with_line("E1\tquote:T1 Speaker:E1"), "links span “T1” to itself"),
    (with_line("E1\tquote:E1"), "It names “E1”"),
    (with_line("A1\tkind"), "not like A1→kind"),
    (with_line("A1\tkind T9 direct"), "It names “T9”"),
    (with_line("A1\tkind T1 direct\nA2\tkind T1 mixed"), "“T1” has another “kind” already."),
    (with_line("A1\tk A2\nA2\tk A1"), "It names “A2”"),
    (with_line("N1\tReference T1 Wikidata"), "not like N1→Reference"),
    (with_line("#1\tAnnotatorNotes"), "not like #1→AnnotatorNotes"),
    (with_line("#1\tAnnotatorNotes T9\tx"), "It names “T9”"),
    (with_line("*\tsame_as T1"), "not like *→same_as"),
    (with_line("*\tsame_as T1 T9"), "It names “T9”"),
    (with_line("A1\tk\0 T1 x"), "The attributes of span “T1” holds a NUL"),
    (with_line("hello"), "no line of brat's"),
    (with_line("A1\t" + " " * 100_000 + "x"), "not like A1→kind"),
    (with_line("A1\tkind T1" + " x" * 3 + " " * 100_000 + "\nA1\t"), "no line of brat's"),
    (standoff("T1\tquote " + ";".join(["0 1"] * 60_000)), "more than 50,000 annotations"),
    (standoff("T1\tquote 0 1\n" + "*\ts" + " T1" * 60_000), "more than 50,000 annotations"),
    (beside("{"), "not JSON"),
    (beside("[]"), "not a JSON object"),
    (beside({"id": ["a"]}), "“id” that is not a string"),
    (beside({"sha256": "00"}), "does not match its “sha256”"),
    (beside({"reader": "x", "origin": "god"}), "The origin “god”"),
    (beside({"ids": {"T1": 1}}), "“ids” holds something that is not a string."),
    (beside({"ids": {"T1": "T2"}}), "The span id “T2” is given twice."),
    (beside({"attributes": []}), "“attributes” is not an object."),
    (beside({"pieces": 3}), "“pieces” is not an object."),
    (beside({"title": 1}), "“title” that is not a string"),
    (beside({"pieces": {"T1": [[[0, 10]], [[3, 3], [0, 10]]]}}), "“T1” is empty"),
    (beside({"pieces": {"T1": [[[0, 10]], "x"]}}), "Span “T1” has no pieces."),
]
