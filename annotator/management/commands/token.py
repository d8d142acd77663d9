"""`annotator token USER`: a new API token, on the standard output and nowhere else."""

from argparse import ArgumentParser
from datetime import timedelta

from annotator.accounts.actions import make_token
from annotator.management.base import DataCommand

A_YEAR = 365
LONGEST = 3_650


class Command(DataCommand):
    help = "Print a new API token of a user. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--days", type=int, default=A_YEAR, help="until it ends (default: 365)")

    def handle(self, *args: object, user: str, days: int, **options: object) -> None:
        if not 1 <= days <= LONGEST:
            self.refuse(f"--days goes from 1 to {LONGEST:,}.")
        self.prepare()
        owner = self.active_user(user)
        made = make_token(user=owner, name="command line", lifetime=timedelta(days=days))
        self.stdout.write(made)
