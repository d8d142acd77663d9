"""Pictures of the desk, for people to look at: they land in build/pictures/."""

from pathlib import Path

import pytest

from tests.browser.samples import marked

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = Path(__file__).parents[2] / "build" / "pictures"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width", "height"), [("wide", 1280, 800), ("narrow", 390, 780)])
def test_the_desk_has_its_picture_taken(page, desk, save, scheme, name, width, height):
    save(*marked())
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    desk.open()
    desk.click("They are tired")
    page.screenshot(path=PICTURES / f"desk-{name}-{scheme}.png")
    assert desk.text() == desk.article.text.rstrip()
