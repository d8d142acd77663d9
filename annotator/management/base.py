"""What commands about data have in common."""

from typing import NoReturn

from django.core.management.base import BaseCommand

from annotator.accounts.models import User
from annotator.corpora.models import Corpus
from annotator.management import preparation

WRONG_INPUT = 2


class DataCommand(BaseCommand):
    """A command that works on a database brought up to date, whether `serve` runs or not."""

    requires_system_checks = ()

    def prepare(self) -> None:
        with preparation.sentences():
            preparation.check_database_version()
            preparation.migrate()

    def refuse(self, sentence: str) -> NoReturn:
        """Say what is wrong with the input and end with exit code 2."""
        self.stderr.write(sentence)
        raise SystemExit(WRONG_INPUT)

    def corpus(self, slug: str) -> Corpus:
        corpus = Corpus.objects.filter(slug=slug).first()
        if corpus is None:
            slugs = list(Corpus.objects.order_by("slug").values_list("slug", flat=True)[:20])
            known = f"There are: {', '.join(slugs)}." if slugs else "There is none yet."
            self.refuse(f"There is no corpus “{slug}”. {known}")
        return corpus

    def active_user(self, username: str) -> User:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            self.refuse(f"There is no active user “{username}”.")
        return user
