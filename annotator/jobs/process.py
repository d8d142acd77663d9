"""Where a worker's process begins: nothing of Django is loaded before it is set up."""

import django


def run_worker() -> None:
    """Run jobs until a signal asks to stop. Without a database it waits for one."""
    django.setup()
    from annotator.jobs.worker import work

    work()
