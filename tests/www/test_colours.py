"""Colours of labels: what a curator chooses stays readable on light and dark pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.www.colours import DARK_GROUND, LIGHT_GROUND, contrast, for_dark, for_light

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
def test_every_colour_is_readable_on_both(colour):
    assert contrast(for_light(colour), LIGHT_GROUND) >= 4.5
    assert contrast(for_dark(colour), DARK_GROUND) >= 4.5


@pytest.mark.parametrize("colour", ["#3b5bdb", "#1f2328"])
def test_what_is_readable_already_stays_as_it_is(colour):
    assert for_light(colour) == colour


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
