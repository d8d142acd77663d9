"""`annotator web`: the web server alone, any number of them on any number of machines."""

from annotator.management import preparation
from annotator.management.commands import serve
from annotator.server.home import Home


class Command(serve.Command):
    help = "Run the web server only, for a database that `annotator migrate` keeps up to date."
    alone = False

    def prepare(self, home: Home) -> None:
        preparation.check_database_version()
        preparation.refuse_old_database()
        preparation.collect_static(home)
