"""`annotator worker`: one more process that runs jobs, on this machine or another."""

from django.core.management.base import BaseCommand

from annotator.jobs.process import run_worker
from annotator.management import preparation


class Command(BaseCommand):
    help = "Run jobs (large imports and exports); `annotator serve` does so itself already."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        with preparation.sentences():
            preparation.check_database_version()
            preparation.refuse_old_database()
            preparation.let_go_of_database()
        self.stdout.write("The worker waits for jobs. Ctrl-C stops it.")
        self.stdout.flush()
        run_worker()
