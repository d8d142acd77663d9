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

# Of the keys that stand before it; returns a row for each that may go on.
STEP = """
ON CONFLICT (key) DO UPDATE SET due = greatest(p.due, clock_timestamp()) + %s
WHERE p.due + %s <= clock_timestamp() + %s
RETURNING 1
"""
_STEP = f"""
INSERT INTO annotator_pace AS p (key, due) VALUES (%s, clock_timestamp() + %s) {STEP}
"""  # noqa: S608  # nothing in it comes from outside
_WAIT = """
SELECT extract(epoch FROM due + %s - clock_timestamp() - %s)::float8
FROM annotator_pace WHERE key = %s
"""


def wait(key: str, *, a_minute: int) -> float:
    """Count a request of ``key`` and return 0, or return in how many seconds it may be sent again."""
    step = AHEAD / a_minute
    if prepared.rows(_STEP, [key, step, step, step, AHEAD]):
        return 0
    return left(key, a_minute=a_minute)


def left(key: str, *, a_minute: int) -> float:
    """Return in how many seconds ``key``, which was too fast, may send a request again."""
    [[seconds]] = prepared.rows(_WAIT, [AHEAD / a_minute, AHEAD, key])
    return max(float(seconds), 0.001)


def forget() -> None:
    """Remove what is known of tokens that have not asked for long."""
    Pace.objects.filter(due__lt=timezone.now() - FORGOTTEN_AFTER).delete()
