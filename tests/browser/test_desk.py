"""Journeys at the desk, in real Chromium."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_quote_in_two_pieces_is_tagged_and_linked(desk):
    desk.select("said Calado"[5:])
    desk.press("s")
    desk.select("“We have listened to every island, and we have counted every passenger,”")
    desk.press("q")
    desk.select(
        "“As the auditors wrote in March, ‘we spend twice as much per seat as any other port.’ That has to end.”"
    )
    desk.press("+")
    desk.press("1")
    desk.saved()
    assert desk.spans() == [
        (
            "quote",
            [
                "“We have listened to every island, and we have counted every passenger,”",
                "“As the auditors wrote in March, ‘we spend twice as much per seat as any other port.’ That has to end.”",
            ],
        ),
        ("speaker", ["Calado"]),
    ]
