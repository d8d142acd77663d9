"""How many actions the unit of work takes: a quote, its speaker and the link. Counted, not claimed.

An action is a key, a click or a drag. The article is walked as an editor would: each quotation is found,
taken and linked; what the desk offers is used.
"""

import pytest

from tests.browser.samples import marked
from tests.browser.test_desk import AUDITED, BERG, LISTENED, MEMBERS, TIRED

pytestmark = pytest.mark.django_db(transaction=True)


class Counted:
    """The desk, counting what is done to it."""

    def __init__(self, desk):
        self.desk, self.actions = desk, 0

    def press(self, *keys):
        self.actions += len(keys)
        self.desk.press(*keys)

    def click(self, words):
        self.actions += 1
        self.desk.click(words)

    def answer(self, name):
        self.actions += 1
        self.desk.answer(name)


@pytest.fixture
def counted(desk):
    return Counted(desk)


def test_a_known_speaker_takes_three_keys(counted, save):
    save(*marked()[:3])
    counted.desk.open()
    counted.desk.click("critics were")  # where the editor is
    counted.desk.press("Escape", "PageDown", "ArrowLeft")
    counted.press("]", "q", ".")
    counted.desk.saved()
    assert (MEMBERS, "said_by", "Harbour minister Ines Calado") in counted.desk.links()
    assert counted.actions == 3


def test_a_known_speaker_takes_three_actions_with_the_mouse(counted, save):
    save(*marked()[:3])
    counted.desk.open()
    counted.click("boat that does")
    counted.press("q")
    counted.answer("Ines Calado")
    counted.desk.saved()
    assert (MEMBERS, "said_by", "Harbour minister Ines Calado") in counted.desk.links()
    assert counted.actions == 3


def test_a_new_speaker_takes_at_most_four(counted):
    """The name is among the numbered answers though nobody tagged it: three are enough."""
    counted.click("counted every")
    counted.press("q")
    counted.answer("Calado")
    counted.desk.saved()
    assert (LISTENED, "said_by", "Calado") in counted.desk.links()
    assert counted.actions <= 4


def test_a_new_speaker_that_no_number_offers_takes_four(counted):
    counted.click("boat that does")
    counted.press("q")
    counted.click(BERG)
    counted.press("s")
    counted.desk.saved()
    assert (MEMBERS, "said_by", BERG) in counted.desk.links()
    assert counted.actions == 4


def test_an_interrupted_quotation_takes_one_more(counted, save):
    save(*marked()[:1])
    counted.desk.open()
    counted.click("counted every")
    counted.press("q", "+", "1")
    counted.desk.saved()
    assert ("quote", [LISTENED, AUDITED]) in counted.desk.spans()
    assert len(counted.desk.links()) == 1
    assert counted.actions == 4


def test_a_quotation_over_paragraphs_takes_no_more(counted, save):
    save(*marked()[:1])
    counted.desk.open()
    counted.click("They are tired")
    counted.press("q", "1")
    counted.desk.saved()
    assert ("quote", TIRED) in counted.desk.spans()
    assert counted.actions == 3
