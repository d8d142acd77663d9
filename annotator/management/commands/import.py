"""`annotator import CORPUS FILE…`: articles and readings into a corpus, all or nothing."""

import json
import shlex
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable

from django.core.validators import validate_slug
from django.db import transaction
from django.forms import ValidationError

from annotator import formats
from annotator.accounts.models import User
from annotator.corpora.actions import create_corpus
from annotator.corpora.models import Corpus
from annotator.exchange.imports import ImportBusy, import_documents
from annotator.exchange.summary import ImportSummary
from annotator.formats.document import Items, Problem
from annotator.formats.mapping import Mapping, WrongMapping
from annotator.management.base import WRONG_INPUT, DataCommand
from annotator.schemas.templates import TEMPLATES, apply_template

SECONDS_BETWEEN_REPORTS = 0.5
MOST_OFFERED = 20


class Command(DataCommand):
    help = "Bring files into a corpus: all of them or, when anything is wrong, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("corpus", help="its short name, as in the address of its page")
        parser.add_argument("files", nargs="+", metavar="file")
        parser.add_argument(
            "--format",
            choices=formats.READABLE,
            help="else a file's extension and its beginning say it",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="KIND:NAME=MEANING",
            help="what a column, label, relation, attribute or reader of the file stands for here, "
            "as in label:PER=speaker or column:body=text; nothing behind the = leaves it out",
        )
        parser.add_argument("--create", action="store_true", help="make the corpus if it is new")
        parser.add_argument("--schema", choices=TEMPLATES, default="quotes", help="of a new corpus")
        parser.add_argument("--by", metavar="USER", help="who stands in the history as importer")

    def handle(
        self,
        *args: object,
        corpus: str,
        files: list[str],
        format: str | None,  # noqa: A002  # the option's name
        map: list[str],  # noqa: A002
        create: bool,
        schema: str,
        by: str | None,
        **options: object,
    ) -> None:
        for file in files:
            if format is None and not formats.formats_of(file):
                self.refuse(f"{file}: its name does not say its format. Say it by --format.")
        try:
            mapping = Mapping.parse(map)
        except WrongMapping as error:
            self.refuse(str(error))
        self.prepare()
        user = self.active_user(by) if by else None
        try:
            with transaction.atomic():
                into = self._corpus(corpus, user, schema) if create else self.corpus(corpus)
                documents = self._reported(_read(files, format or "", mapping))
                summary = import_documents(
                    corpus=into, by=user, documents=documents, mapping=mapping
                )
                if not summary.ok:
                    transaction.set_rollback(True)
        except (ImportBusy, OSError) as error:
            self.refuse(_said_of(error))
        self._report(summary, corpus)

    def _corpus(self, slug: str, by: User | None, schema: str) -> Corpus:
        found = Corpus.objects.filter(slug=slug).first()
        if found:
            return found
        try:
            validate_slug(slug)
        except ValidationError:
            self.refuse(f"“{slug}” is no name for a corpus: use letters, digits, - and _.")
        if len(slug) > 80:
            self.refuse("The name of a corpus has at most 80 characters.")
        made = create_corpus(name=slug, slug=slug, by=by)
        apply_template(corpus=made, template=schema)
        return made

    def _reported(self, documents: Items) -> Items:
        """Pass documents on; on a terminal, say how many have come so far."""
        if not sys.stderr.isatty():
            yield from documents
            return
        last = time.monotonic()
        for number, document in enumerate(documents, 1):
            yield document
            if time.monotonic() - last > SECONDS_BETWEEN_REPORTS:
                last = time.monotonic()
                self.stderr.write(f"\r{number:,} lines read", ending="")
        self.stderr.write("\r\033[K", ending="")

    def _report(self, summary: ImportSummary, corpus: str) -> None:
        for item in (*summary.notices, *summary.problems):
            self.stderr.write(str(item))
        for count, what in (
            (summary.more_notices, "notices"),
            (summary.more_problems, "problems"),
        ):
            if count:
                self.stderr.write(f"… and {count:,} more {what}.")
        self._offer_mapping(summary)
        if not summary.ok:
            self.stderr.write("Nothing was stored.")
        counts = summary.counts() if summary.ok else dict.fromkeys(summary.counts(), 0)
        problems = len(summary.problems) + summary.more_problems
        self.stdout.write(json.dumps({"corpus": corpus, **counts, "problems": problems}))
        if not summary.ok:
            raise SystemExit(WRONG_INPUT)

    def _offer_mapping(self, summary: ImportSummary) -> None:
        """Say how the names that mean nothing here could be given a meaning."""
        if not summary.unknown:
            return
        self.stderr.write("Say what these stand for, or leave them out as they are here:")
        for kind, name, count in summary.unknown_names()[:MOST_OFFERED]:
            option = shlex.quote(f"{kind}:{name}=")
            self.stderr.write(f"  --map {option}  # met {count:,} time{'s' if count > 1 else ''}")


def _read(files: Iterable[str], slug: str, mapping: Mapping) -> Items:
    for file in files:
        try:
            stream = open(file, "rb")  # noqa: SIM115  # closed below, after the last document
        except OSError as error:
            yield Problem(file, f"It cannot be opened: {error.strerror}.")
            continue
        with stream:
            yield from formats.read(stream, file, slug=slug, mapping=mapping)


def _said_of(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be read: {error.strerror}."
    return str(error)
