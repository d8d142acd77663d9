"""Which Chromium is driven, and how it is started."""

import os
import shutil
from typing import Any

# The shell without a window first: it makes a new context in a quarter of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def launch_args() -> dict[str, Any]:
    """Return what Playwright's ``launch`` is told: the system's Chromium where there is one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"args": args} | ({"executable_path": found} if found else {})
