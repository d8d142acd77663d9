"""A stream whose first bytes were read already is read as if they had not been."""

import io

from hypothesis import given
from hypothesis import strategies as st

from annotator.formats.archive import Rejoined


@given(
    st.binary(max_size=40).map(lambda some: some.replace(b"a", b"\n")),
    st.integers(0, 40),
    st.lists(st.tuples(st.booleans(), st.integers(-1, 12)), max_size=12),
)
def test_bytes_and_lines_come_as_from_the_whole(content, at, steps):
    rejoined, whole = Rejoined(content[:at], io.BytesIO(content[at:])), io.BytesIO(content)
    read = b""
    for by_lines, size in steps:
        if by_lines:
            line = whole.readline(size)
            assert rejoined.readline(size) == line
            read += line
        else:
            some = rejoined.read(size)  # may be fewer, where the head ends
            assert whole.read(len(some)) == some
            read += some
    assert read + rejoined.read() + rejoined.read() == content
