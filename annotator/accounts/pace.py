"""How fast one token may ask, counted in the database: over all web processes, on all machines.

Each request moves the moment at which the token's requests are due by one step; it may lie up to a
minute ahead (the generic cell rate algorithm). One statement, in a table that is not logged.
"""

from datetime import timedelta

from django.utils import timezone

from annotator.accounts.models import Pace
from annotator.server import prepared

AHEAD = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)

_STEP = """
INSERT INTO annotator_pace AS p (key, due) VALUES (%s, clock_timestamp() + %s)
ON CONFLICT (key) DO UPDATE SET due = greatest(p.due, clock_timestamp()) + %s
WHERE p.due + %s <= clock_timestamp() + %s
RETURNING 1
"""
_WAIT = """
SELECT extract(epoch FROM due + %s - clock_timestamp() - %s)::float8
FROM annotator_pace WHERE key = %s
"""


def wait(key: str, *, a_minute: int) -> float:
    """Count a request of ``key`` and return 0, or return in how many seconds it may be sent again."""
    step = AHEAD / a_minute
    if prepared.rows(_STEP, [key, step, step, step, AHEAD]):
        return 0
    [[seconds]] = prepared.rows(_WAIT, [step, AHEAD, key])
    return max(float(seconds), 0.001)


def forget() -> None:
    """Remove what is known of tokens that have not asked for long."""
    Pace.objects.filter(due__lt=timezone.now() - FORGOTTEN_AFTER).delete()
