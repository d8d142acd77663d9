"""What a load balancer asks: does the process live, and is it ready to work?"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from annotator.jobs.models import NO_WORKER
from annotator.jobs.queue import has_worker


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Answer without the database: a process that waits for one must not be killed for it."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    try:
        problem = _waiting_migrations() or _missing_worker()
    except DatabaseError:
        # The driver's own message may name hosts and roles: it belongs in the log, not here.
        problem = "The database does not answer."
    if problem:
        return JsonResponse({"status": "not ready", "reason": problem}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "migrations": "ok", "worker": "ok"})


def _waiting_migrations() -> str:
    """Return a sentence when the database is older than the code, else nothing."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are still to be applied." if waiting else ""


def _missing_worker() -> str:
    return "" if has_worker() else NO_WORKER
