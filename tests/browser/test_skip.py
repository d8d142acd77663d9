"""Skipping an article with a reason, and taking that back."""

import pytest
from playwright.sync_api import expect

from annotator.readings.models import State
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_article_is_skipped_with_a_reason_and_the_next_one_opens(desk, page, corpus):
    following = ArticleFactory(corpus=corpus)
    desk.press("Control+Shift+Enter")
    page.get_by_label("duplicate").check()
    page.get_by_label("In your words").fill("see ferry-2")
    desk.press("Enter")
    page.wait_for_url(f"**/articles/{following.pk}/")
    reading = desk.reading()
    assert (reading.state, reading.skip_reason) == (State.SKIPPED, "duplicate: see ferry-2")
    desk.open()
    assert page.locator("#closed").inner_text().startswith("Skipped duplicate: see ferry-2")
    desk.press("Control+Shift+Enter")
    expect(page.locator("#skip")).to_be_hidden()
    page.get_by_role("button", name="Reopen").click()
    desk.saved()
    assert desk.reading().state == State.IN_PROGRESS
    expect(page.get_by_role("button", name="Skip this article")).to_be_visible()


def test_other_asks_for_words_and_going_back_changes_nothing(desk, page):
    page.get_by_role("button", name="Skip this article").click()
    page.get_by_label("other").check()
    page.get_by_label("In your words").fill(" ")
    desk.press("Enter")
    expect(page.locator("#skip")).to_be_visible()
    page.get_by_role("button", name="Go back").click()
    page.locator("#text").press("c")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_question_is_accessible(desk, page, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    desk.press("Control+Shift+Enter")
    assert axe() == []
