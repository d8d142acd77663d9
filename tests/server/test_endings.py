"""A signal ends us, even when the exception that it raised is lost on the way."""

import subprocess
import sys

LOST = """
import os, signal, time
from annotator.server.endings import leave_if_asked, leave_on_signals

class Finalised:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)  # the handler runs in here, and what it raises is dropped

leave_on_signals()
one = Finalised()
one = None
leave_if_asked()
print("still here")
"""


def test_a_signal_during_a_finaliser_still_ends_us():
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True)
    assert "ignored" in done.stderr, "the exception was not lost: the test proves nothing"
    assert (done.returncode, done.stdout) == (143, "")
