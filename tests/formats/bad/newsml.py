"""Bad news items in XML: each with words of what is said of it."""

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"


def item(content="<inlineData>It rained.</inlineData>", before="", guid="urn:1", kind="ninat:text"):
    return (
        f'{before}<newsItem xmlns="{NAMESPACE}" guid="{guid}">'
        f'<itemMeta><itemClass qcode="{kind}"/></itemMeta>'
        f"<contentSet>{content}</contentSet></newsItem>"
    )


def laughs(levels=9):
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{names}]>'


def inline(body):
    return item(f'<inlineXML><html xmlns="{XHTML}"><body>{body}</body></html></inlineXML>')


CASES = [
    (b"", "This is not XML: no element found."),
    ("words", "This is not XML: syntax error."),
    ("<a>", "This is not XML: no element found."),
    ("<a></b>", "This is not XML: mismatched tag."),
    ("<a/><b/>", "This is not XML: junk after document element."),
    ("<a/>", "There is no newsItem in this file."),
    ("<newsItem><contentSet/></newsItem>", "There is no newsItem in this file."),
    (item(before="<!DOCTYPE newsItem>"), "has a DTD"),
    (item(before='<!DOCTYPE newsItem SYSTEM "https://news.example/x.dtd">'), "has a DTD"),
    (item("<inlineData>&l8;</inlineData>", before=laughs()), "has a DTD"),
    (
        item(
            "<inlineData>&x;</inlineData>",
            before='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        ),
        "has a DTD",
    ),
    (item(before='<!DOCTYPE x [<!ENTITY % p SYSTEM "http://news.example/">%p;]>'), "has a DTD"),
    (item("<inlineData>&nbsp;</inlineData>"), "This is not XML: undefined entity."),
    (item("<inlineData>\x01</inlineData>"), "This is not XML: not well-formed (invalid token)."),
    (item("<inlineData>&#0;</inlineData>"), "This is not XML: reference to invalid character"),
    (b"<a>\xff</a>", "This is not XML: not well-formed"),
    (item().encode("utf-16"), "UTF-16"),
    ("<?xml version='1.0' encoding='ebcdic-x'?>" + item(), "an encoding that is not read"),
    ("<?xml version='1.0' encoding='shift_jis'?>" + item(), "encoding"),
    (item(""), "This item has no text in it; what it points to is not fetched."),
    (item('<remoteContent href="https://news.example/1.html"/>'), "not fetched"),
    (item("<inlineData></inlineData>"), "The text is empty."),
    (item('<inlineData contenttype="text/html"></inlineData>'), "This page is empty."),
    (inline(""), "The text is empty."),
    (inline("<script>x</script>"), "The text is empty."),
    (item("", kind="ninat:picture"), "This item is “ninat:picture”, not a text."),
    (item(guid="x" * 201), "has 201 characters"),
    ("<a>" * 101, "nested more than 100 levels deep"),
    (inline("<b>" * 100), "nested more than 100 levels deep"),
    ("<a>" + "<b/>" * 100_001 + "</a>", "more than 50,000 elements"),
    ("<a " + " ".join(f'a{n}=""' for n in range(200_001)) + "/>", "more than 50,000 elements"),
    (b"<a>" + b"x" * 4_000_000, "longer than 4 MB"),
    (b"<" * 10_000_000, "longer than 4 MB"),
    (b"<" * 4_000_000, "more than 50,000 elements"),
]
