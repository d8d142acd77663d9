"""Own keys: changed in the list of keys, kept for the person, said on the buttons."""

import pytest
from playwright.sync_api import expect

from annotator.accounts.models import Preferences
from annotator.readings.models import Reading
from annotator.schemas.models import Label, bump_schema_version

pytestmark = pytest.mark.django_db(transaction=True)

BERG = "Tomas Berg"
SALES = "ticket sales had fallen by 40 percent since January"


@pytest.fixture
def keys(desk, page):
    """The list of keys, opened."""
    desk.press("?")
    return page.locator("#keys")


def change(keys, name: str, key: str) -> str:
    """Give a button another key; return what is said about it."""
    keys.get_by_role("button", name=f"Change the key: {name}", exact=True).click()
    keys.page.keyboard.press(key)
    return keys.locator("#keys-said").inner_text()


def kept(page, **expected) -> bool:
    """Return whether that is stored, now or soon: one change is sent after the other."""
    for _ in range(50):
        stored = Preferences.objects.filter(**expected).exists()
        if stored:
            break
        page.wait_for_timeout(100)
    return stored


def test_a_key_is_changed_written_on_its_button_and_kept(desk, page, keys):
    assert change(keys, "Tag as Speaker", "w") == "“Tag as Speaker” has the key w now."
    assert change(keys, "Undo", "Control+Shift+U") == "“Undo” has the key Ctrl+Shift+U now."
    assert kept(page, single_keys=True, keys={"tag:speaker": "w", "undo": "Control+Shift+U"})
    keys.get_by_role("button", name="Done").click()
    for _ in range(2):  # at once, and after a reload
        desk.select(BERG)
        desk.press("s", "w")
        desk.saved()
        assert desk.spans() == [("speaker", [BERG])]
        expect(page.locator("[data-label=speaker] kbd:visible")).to_have_text("w")
        desk.press("Control+z")
        desk.press("Control+Shift+u")
        desk.saved()
        assert desk.spans() == []
        assert (
            page.get_by_role("button", name="Undo").get_attribute("title") == "Undo (Ctrl+Shift+U)"
        )
        desk.open()


def test_what_cannot_be_is_said_and_changes_nothing(desk, page, keys):
    name = "Tag as Speaker"
    assert change(keys, name, "q").startswith("q is the key for “Tag as Quote”.")
    for key, said in (
        ("3", "3 answers the question"),
        ("Enter", "Enter answers the question"),
        ("Tab", "Tab leads out of the text"),
        ("Control+c", "Ctrl+C belongs to the browser"),
    ):
        page.keyboard.press(key)
        assert keys.locator("#keys-said").inner_text().startswith(said)
    page.keyboard.press("Escape")
    expect(keys).to_be_visible()
    expect(keys.locator("#keys-said")).to_have_text("Nothing was changed.")
    assert not Preferences.objects.exists()


def test_one_key_or_all_are_given_back(desk, page, keys):
    change(keys, "Tag as Speaker", "w")
    change(keys, "Tag as Claim", "s")
    back = keys.get_by_role("button", name="Key as at first: Tag as Speaker")
    back.click()
    assert (
        keys.locator("#keys-said").inner_text().startswith("s is the key for “Tag as Claim” now.")
    )
    keys.get_by_role("button", name="All keys as at first").click()
    assert kept(page, single_keys=True, keys={})
    expect(page.locator("[data-label=speaker] kbd:visible")).to_have_text("s")
    expect(page.locator("[data-label=claim]")).to_have_attribute("aria-keyshortcuts", "c")


def test_keys_of_one_character_are_switched_off(desk, page, keys):
    keys.get_by_label("Keys of one character").uncheck()
    assert kept(page, single_keys=False)
    keys.get_by_role("button", name="Done").click()
    desk.open()
    desk.select(SALES)
    desk.press("q", "Shift+E", "?", "n")
    assert not Reading.objects.exists()
    expect(keys).to_be_hidden()
    page.locator("[data-action=tag][data-label=quote]").click()
    desk.press("1", "0")
    desk.saved()
    assert desk.links() == set()
    desk.press("Delete")
    desk.saved()
    assert desk.spans() == []
    page.get_by_role("button", name="keys", exact=True).click()
    keys.get_by_label("Keys of one character").check()
    keys.get_by_role("button", name="Done").click()
    desk.select(SALES)
    desk.press("q")
    desk.saved()
    assert desk.spans() == [("quote", [SALES])]


def test_an_own_key_goes_before_a_letter_of_another_corpus(desk, page, corpus, alice):
    Preferences.objects.create(user=alice, keys={"note": "w"})
    Label.objects.filter(corpus=corpus, key="claim").update(shortcut="w")
    bump_schema_version(corpus)
    desk.open()
    desk.press("w")
    page.keyboard.type("Mine.")
    desk.press("Escape", "?")
    row = page.locator("#keys-list [data-of='tag:claim']")
    expect(row.locator("dt")).to_have_text("none")
    expect(page.locator("#note-on-article")).to_have_value("Mine.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_is_accessible_while_a_key_is_waited_for(desk, page, keys, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    change(keys, "Tag as Speaker", "q")
    assert axe() == []
