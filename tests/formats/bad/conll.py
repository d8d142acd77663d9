"""Bad files of tags in columns: each with words of what is said of it."""

from annotator.formats.conll_in import MOST_TOKENS


def ours(about="id=a", *tokens):
    lines = [f"-DOCSTART-\t{about}\tO\tO\tO", "", *(tokens or ("We\t_\tO\tO\tB-quote",))]
    return "".join(f"{line}\n" for line in lines)


CASES = [
    ("word\n", "This line has no tag"),
    ("word\t\n", "“” is no tag"),
    ("EU NNP I-NP ORG\n", "“ORG” is no tag like O, B-quote or I-quote."),
    ("EU B-\n", "“B-” is no tag"),
    ("EU X-org\n", "“X-org” is no tag"),
    ("EU b-org\n", "“b-org” is no tag"),
    ("EU\tB-my label\n", "“B-my label” is no tag"),
    ("EU O O\nrejects O\n", "This line has 2 columns, others have 3."),
    ("EU O\nrejects O O\n", "This line has 3 columns, others have 2."),
    (ours("id=a", "We\t_\tO\tO"), "This line has 4 columns, others have 5."),
    (ours("id=a", "We _ O O B-quote extra"), "This line has 6 columns"),
    (ours("id=a", "We\t_\tO\tO\tquote"), "“quote” is no tag"),
    (ours("id=a", "We\tx\tO\tO\tO"), "holds “x”, which is no name=value"),
    (ours("id=a", "We\tSpaceAfter=No|SpaceAfter=No\tO\tO\tO"), "holds “SpaceAfter=No”, which"),
    (ours("id=a", "We\tSpacesAfter=\\q\tO\tO\tO"), "holds “\\q”, which stands for no character"),
    (ours("id=a", "We\tSpacesAfter=\\\tO\tO\tO"), "holds “\\”, which stands for no character"),
    (ours("id=a", "We\tSpacesAfter=\\Uffffffff\tO\tO\tO"), "“\\Uffffffff”, which stands for no"),
    (ours("id=a", "We\tSpacesAfter=\\u0000\tO\tO\tO"), "NUL character"),
    (ours("id=a", "We\tSpacesAfter=\\ud800\tO\tO\tO"), "half a surrogate pair"),
    (ours("id="), "The article's id is empty."),
    (ours("id=" + "a" * 201), "has 201 characters"),
    (ours("id=a|id=b"), "holds “id=b”, which is no name=value"),
    (ours("id=a|author=x"), "a field that is not known: “author”"),
    (ours("id=a|title=" + "x" * 1001), "1,001 characters"),
    (ours("id=a|meta={"), "The metadata is not JSON"),
    (ours("id=a|meta=[]"), "The metadata are not a JSON object."),
    (ours('id=a|meta={"a":1,"a":2}'), "given twice"),
    (ours("id=a|reader=x|origin=god"), "The origin “god”"),
    (ours("id=a|reader=x|state=done"), "The state “done”"),
    ("-DOCSTART-\tid=a\tO\n", "The text is empty."),
    ("-DOCSTART- -X- -X- O\n", "The text is empty."),
    ("-DOCSTART-\n", "The text is empty."),
    (b"EU\tO\n\xff\tO\n", "not UTF-8"),
    (b"\xff\tO\n", "not UTF-8"),
    ("EU\tO\n".encode("utf-16"), "UTF-16"),
    (b"a\0b\tO\n", "NUL"),
    (b"x" * 4_000_001, "longer than 4 MB"),
    ("x\tO\n" * (MOST_TOKENS + 1), "more than 200,000 tokens"),
    (ours("id=a", *["We\t_\tB-a\tB-b\tB-c"] * 50_002), "more than 50,000 spans in one column"),
]
