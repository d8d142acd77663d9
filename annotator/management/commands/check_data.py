"""`annotator check-data [CORPUS]`: replay every edit and compare it with what is stored."""

import json
from argparse import ArgumentParser

from annotator.corpora.models import Corpus
from annotator.management.base import DataCommand
from annotator.readings.audit import Audit


class Command(DataCommand):
    help = "Replay edits, check texts, offsets and links; exit code 1 when anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("corpus", nargs="?", help="all of them when none is named")

    def handle(self, *args: object, corpus: str | None, **options: object) -> None:
        self.prepare()
        corpora = [self.corpus(corpus)] if corpus else list(Corpus.objects.order_by("slug"))
        audit = Audit(corpora)
        for sentence in audit:
            self.stderr.write(sentence)
        self.stdout.write(json.dumps(audit.counts))
        if audit.counts["problems"]:
            raise SystemExit(1)
