"""The pages around the desk, as people meet them."""

import pytest
from playwright.sync_api import expect

from annotator.corpora.models import Article
from annotator.schemas.models import Label
from tests.factories import ArticleFactory, ReadingFactory, SpanFactory

PAGES = [
    "/",
    "/corpora/",
    "/corpora/news/",
    "/corpora/news/?search=nothing",
    "/corpora/news/progress/",
    "/corpora/news/import/",
    "/corpora/news/export/",
    "/corpora/news/schema/",
    "/corpora/news/schema/labels/quote/",
    "/corpora/news/schema/labels/quote/attributes/kind/",
    "/corpora/news/schema/links/",
    "/corpora/news/guidelines/",
    "/corpora/news/guidelines/edit/",
    "/corpora/news/members/",
    "/corpora/news/settings/",
    "/account/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/nothing/here/",
]
DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  return files;
}"""


@pytest.fixture
def open_(page, live_server, sign_in, manuela, problems):
    """Open an address as Manuela, who may see every page of the corpus."""
    sign_in(manuela)

    def open_(path: str):
        page.goto(f"{live_server.url}{path}")
        return page

    return open_


@pytest.fixture
def ferry_news(corpus, alice, article):
    corpus.guidelines = "# Quotes\n\n| a | b |\n|---|---|\n| “x” | *y* |"
    corpus.save()
    reading = ReadingFactory(article=article, reader="alice", user=alice, origin="person")
    SpanFactory(reading=reading)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_every_page_is_accessible_and_fits(open_, page, axe, ferry_news, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    found = []
    for path in PAGES:
        open_(path)
        found += [f"{path} {problem}" for problem in axe()]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path} is wider than the window")

    assert found == []


def drop(page, name: str, text: str) -> None:
    files = page.evaluate_handle(DROP, [name, text])
    page.dispatch_event(".dropzone", "drop", {"dataTransfer": files})


def test_dropped_file_is_shown_then_brought_in(open_, corpus):
    page = open_("/corpora/news/import/")

    drop(page, "ferry.txt", "“The boat is late,” said Calado.\n")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("1 new article").wait_for()
    assert not Article.objects.exists()
    page.get_by_role("button", name="Import 1 article").click()
    page.get_by_text("Done.").wait_for()

    assert Article.objects.get().text == "“The boat is late,” said Calado.\n"


def test_problems_of_a_dropped_file_are_listed(open_, corpus):
    page = open_("/corpora/news/import/")

    drop(page, "bad.jsonl", '{"id":"a","text":"x"}\n{"id":"b"}\n')
    page.get_by_role("button", name="Check").click()

    expect(page.locator(".problems")).to_contain_text("bad.jsonl:2")


def test_filter_changes_table_and_address_and_goes_back(open_, corpus, live_server):
    for title in ("Fog on the harbour", "Ferry sold"):
        ArticleFactory(corpus=corpus, title=title)
    page = open_("/corpora/news/")
    rows = page.locator("#articles tbody tr")

    page.get_by_role("searchbox").press_sequentially("fog")
    page.wait_for_url("**search=fog**")
    expect(rows).to_have_count(1)
    page.go_back()

    expect(rows).to_have_count(2)


def test_label_form_draws_what_is_chosen(open_, corpus):
    page = open_("/corpora/news/schema/labels/quote/")

    page.get_by_label("Double").check()
    page.get_by_label("Colour").fill("#aa0000")

    swatch = page.locator("[data-swatch]")
    expect(swatch).to_have_attribute("stroke", "#aa0000")
    expect(swatch).to_have_attribute("data-style", "double")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("“Quote” is saved").wait_for()
    assert Label.objects.get(corpus=corpus, key="quote").colour == "#aa0000"


def test_guidelines_are_previewed_while_they_are_written(open_, corpus):
    page = open_("/corpora/news/guidelines/edit/")

    page.get_by_label("Markdown").fill("# Direct *quotes*")

    page.locator("#guidelines h1 em").wait_for()
    corpus.refresh_from_db()
    assert corpus.guidelines == ""


def test_pages_work_without_scripts(browser, live_server, client, manuela, corpus, article):
    client.force_login(manuela)
    context = browser.new_context(java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([cookie | {"url": live_server.url}])
    page = context.new_page()

    page.goto(f"{live_server.url}/corpora/news/")
    page.get_by_role("searchbox").fill("nothing")
    page.get_by_role("button", name="Show").click()
    assert "No article fits" in page.inner_text("main")
    page.goto(f"{live_server.url}/corpora/news/import/")
    page.get_by_placeholder("Text").fill("Pasted.")
    page.get_by_role("button", name="Import without a look").click()
    assert "Done: 1 new article." in page.inner_text("body")
    context.close()
