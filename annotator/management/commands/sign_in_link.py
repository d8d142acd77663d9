"""`annotator sign-in-link [USER]`: a way in for whoever has the terminal."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotator.accounts.actions import make_sign_in_link
from annotator.accounts.models import User


class Command(BaseCommand):
    help = "Print a link that signs a user in once: the first administrator when none is named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", nargs="?")

    def handle(self, *args: object, user: str | None, **options: object) -> None:
        everybody = User.objects.filter(is_active=True).order_by("id")
        if user:
            found = everybody.filter(username=user).first()
        else:
            found = everybody.filter(is_superuser=True).first()
        if found is None:
            raise CommandError(
                f"There is no active user {user}." if user else "There is no administrator."
            )
        base = (settings.BASE_URL or "http://localhost:8000").rstrip("/")
        self.stdout.write(f"{base}{make_sign_in_link(user=found)}")
