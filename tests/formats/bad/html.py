"""Bad pages: each with words of what is said of it."""

ARTICLE = (
    "<p>The harbour office said on Monday that the quay is old, and nobody asked the skippers.</p>"
)


def page(body, head=""):
    return f"<html><head>{head}</head><body>{body}</body></html>"


CASES = [
    (b"", "This page is empty."),
    (b"\xef\xbb\xbf", "This page is empty."),
    (" \n ", "This page is empty."),
    ("<!-- only a comment -->", "This page is empty."),
    ("<!DOCTYPE html>", "This page is empty."),
    (page(""), "No article was found"),
    (page("<script>var x = 'words';</script>"), "No article was found"),
    (page("<img src='https://news.example/1.png'>"), "No article was found"),
    (page("<iframe src='https://news.example/'></iframe>"), "No article was found"),
    (page(ARTICLE).encode("utf-16"), "UTF-16"),
    (page(ARTICLE).encode("utf-16-le"), "UTF-16"),
    (b"<p>caf\xe9 au lait</p>", "This page is not UTF-8: its byte 7 (0xE9)"),
    (b"<meta charset=utf-8><p>caf\xe9</p>", "This page is not UTF-8"),
    (b"<meta charset=idna><p>caf\xe9</p>", "This page is not UTF-8"),
    (b"<meta charset=unicode_escape><p>\xe9\\x00</p>", "This page is not UTF-8"),
    (b"<meta charset=latin1><p>\x81</p>", "says that it is windows-1252, but its byte 25 (0x81)"),
    (b"<meta charset=shift_jis><p>\xff\xff</p>", "says that it is shift_jis, but"),
    (b"x" * 4_000_001, "longer than 4 MB"),
    (b"<" * 10_000_000, "longer than 4 MB"),
    (b"<" * 4_000_000, "more than 100,000 tags"),
    ("<div>" * 100_000, "nested more than 100 levels deep"),
    ("<div>" * 101 + "x", "nested more than 100 levels deep"),
    ("<b>x" * 100_000, "nested more than 100 levels deep"),
    ("<p>x" * 20_000, "more than 15,000 elements"),
    (("<p>" * 9 + "</p>" * 9) * 10_000, "more than 100,000 tags"),
    (("<div>" * 90 + ARTICLE + "</div>" * 90) * 160, "or deep ones"),
    ("<table><tr><td>" * 50, "nested more than 100 levels deep"),
]
