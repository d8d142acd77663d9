"""Colours of labels that stay readable: a curator chooses one, pages need it on light and dark."""

# The least friendly grounds that a label's colour is printed on: the fill of what is selected.
LIGHT_GROUND = "#fff0c2"
DARK_GROUND = "#453c1c"
READABLE = 4.5  # WCAG 2.2 AA for text; the lines that carry a label are held to it as well


def for_light(colour: str) -> str:
    """Return ``colour`` (``#rrggbb``), darkened as far as needed to be read on a light page."""
    return _toward(colour, "#000000", LIGHT_GROUND)


def for_dark(colour: str) -> str:
    """Return ``colour`` (``#rrggbb``), lightened as far as needed to be read on a dark page."""
    return _toward(colour, "#ffffff", DARK_GROUND)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it: 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _toward(colour: str, end: str, ground: str) -> str:
    for percent in range(0, 101, 4):
        mixed = _mix(colour, end, percent / 100)
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return end


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    bright: float = ((value + 0.055) / 1.055) ** 2.4
    return value / 12.92 if value <= 0.04045 else bright


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
