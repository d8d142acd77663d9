"""`annotator web`: the web server alone, any number of them on any number of machines."""

from annotator.management import preparation
from annotator.management.commands import serve
from annotator.server.home import Home
from annotator.server.problems import ServerProblem


class Command(serve.Command):
    help = "Run the web server only, for a database that `annotator migrate` keeps up to date."
    alone = False

    def prepare(self, home: Home) -> None:
        preparation.check_database_version()
        if steps := preparation.pending_migrations():
            raise ServerProblem(
                f"The database is {steps} steps behind this version: run `annotator migrate` first."
            )
        preparation.collect_static(home)
