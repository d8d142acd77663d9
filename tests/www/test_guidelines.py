import pytest

from annotator.www.markdown import render_markdown

URL = "/corpora/news/guidelines/"


@pytest.fixture
def written(corpus):
    corpus.guidelines = "# Quotes\n\nWith **marks**."
    corpus.save()
    return corpus


def test_member_reads_them(client_of, vera, written):
    text = client_of(vera).get(URL).content.decode()

    assert "<h1>Quotes</h1>" in text
    assert "<strong>marks</strong>" in text
    assert "guidelines/edit/" not in text


def test_stranger_cannot_read_them(client_of, charlie, written):
    assert client_of(charlie).get(URL).status_code == 404
    assert client_of(charlie).get(f"{URL}?fragment=1").status_code == 404


def test_page_takes_no_post(client_of, bob, written):
    assert client_of(bob).post(URL).status_code == 405


@pytest.mark.parametrize(
    "how", [{"headers": {"HX-Request": "true"}}, {"query_params": {"fragment": "1"}}]
)
def test_fragment_is_part_of_the_page(client_of, alice, written, how):
    client = client_of(alice)

    fragment = client.get(URL, **how).content.decode()

    assert "<html" not in fragment
    assert fragment.strip() in client.get(URL).content.decode()


def test_curator_writes_them(client_of, bob, corpus):
    client = client_of(bob)
    assert client.get(f"{URL}edit/").status_code == 200

    response = client.post(f"{URL}edit/", {"guidelines": "Only *direct* quotes."})

    corpus.refresh_from_db()
    assert corpus.guidelines == "Only *direct* quotes."
    assert response.headers["Location"] == URL


def test_writing_is_for_curators(client_of, charlie, alice, bob, corpus):
    for part in ("edit", "preview"):
        assert client_of(charlie).post(f"{URL}{part}/", {"guidelines": "x"}).status_code == 404
        assert client_of(alice).post(f"{URL}{part}/", {"guidelines": "x"}).status_code == 403
        assert client_of(bob).put(f"{URL}{part}/").status_code == 405
    assert client_of(bob).get(f"{URL}preview/").status_code == 405
    corpus.refresh_from_db()
    assert corpus.guidelines == ""


def test_preview_stores_nothing(client_of, bob, corpus):
    response = client_of(bob).post(f"{URL}preview/", {"guidelines": "# New"})

    corpus.refresh_from_db()
    assert "<h1>New</h1>" in response.content.decode()
    assert corpus.guidelines == ""


def test_too_long_is_refused(client_of, bob, corpus):
    response = client_of(bob).post(f"{URL}edit/", {"guidelines": "x" * 200_001})

    assert response.status_code == 422


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/pixel.png)",
        "<style>body{display:none}</style>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://a.example" onclick="alert(1)">x</a>',
        "| <script>x</script> |\n|---|\n| a |",
    ],
)
def test_nothing_dangerous_is_printed(source):
    html = render_markdown(source)

    for danger in ("<script", "<img", 'href="javascript:', "<style", 'href="data:', "<a onclick"):
        assert danger not in html


def test_tables_and_links_are_printed():
    html = render_markdown("| a |\n|---|\n| [b](https://b.example) |")

    assert "<td>" in html
    assert 'href="https://b.example"' in html
    assert "noopener" in html
