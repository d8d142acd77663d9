"""What is done with releases: they are made, and made again to see whether they are the same."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from annotator.accounts.models import User
from annotator.corpora.models import Corpus
from annotator.exchange.progress import Progress, Stopped, Unseen
from annotator.releases import build, divide, files
from annotator.releases.build import Build
from annotator.releases.models import Release
from annotator.releases.recipe import Recipe
from annotator.releases.selection import draft, software

# Longer than any job may take: its worker died, and nobody began it anew.
ABANDONED_AFTER = timedelta(days=2)
_TRIES = 5


def make_release(
    *,
    corpus: Corpus,
    recipe: Recipe,
    by: User | None,
    key: str = "",
    progress: Progress | None = None,
) -> Release:
    """Freeze what ``recipe`` asks for as the next release of ``corpus``.

    Under a ``key`` that is known the same release is returned, or what is left of an earlier try is
    thrown away. Raises ReleaseRefused, or Stopped from ``progress``; nothing is left then.
    """
    key = key or secrets.token_hex()
    known = Release.objects.filter(key=key).first()
    if known and known.is_frozen:
        return known
    abandoned = Q(key=key) | Q(corpus=corpus, at__lt=timezone.now() - ABANDONED_AFTER)
    for left in Release.objects.drafts().filter(abandoned):
        discard(release=left)
    release = draft(corpus=corpus, recipe=recipe, by=by, key=key)
    try:
        return freeze(release=release, progress=progress or Unseen())
    except BaseException:
        discard(release=release)
        raise


def freeze(*, release: Release, progress: Progress) -> Release:
    """Make the files of a draft and give it its number; from then on nothing of it changes."""
    progress.expect(divide.steps(release) + build.steps(release))
    divide.divide(release, progress)
    made = Build(release, files.Stored(release), progress)
    made.data()
    progress.advance(0)  # the last moment to stop
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _number(release, made)
        except IntegrityError:
            continue  # another release of this corpus was faster and has the number
    raise AssertionError("The number of a release was taken again and again.")


def _number(release: Release, made: Build) -> Release:
    others = Release.objects.filter(corpus=release.corpus_id)
    number = 1 + (others.aggregate(last=Max("number"))["last"] or 0)
    manifest = made.manifest(number)
    drafts = Release.objects.drafts().filter(pk=release.pk)
    if not drafts.update(number=number, manifest=manifest, sha256=manifest["sha256"]):
        raise Stopped("somebody else makes this release now")
    release.refresh_from_db()
    return release


def discard(*, release: Release) -> None:
    """Throw a draft away, with its files; the database refuses it for what is frozen."""
    with transaction.atomic():
        release.readings.all().delete()
        release.entities.all().delete()
        release.delete()
    files.remove(release)


def differences(*, release: Release, progress: Progress | None = None) -> list[str]:
    """Make a frozen release again, from the database, and return the files that came out otherwise."""
    progress = progress or Unseen()
    progress.expect(build.steps(release))
    again = Build(release, files.Checksums(), progress)
    again.data()
    manifest = again.manifest(release.manifest["number"])
    known = {file["path"]: file for file in release.manifest["files"]}
    made = {file["path"]: file for file in manifest["files"]}
    wrong = [path for path in sorted(known | made) if known.get(path) != made.get(path)]
    return wrong or ([] if manifest == release.manifest else [files.MANIFEST])


def restore(*, release: Release) -> None:
    """Make the files of a frozen release again, into the storage. ``differences`` has found none."""
    again = Build(release, files.Stored(release), Unseen())
    again.data()
    again.manifest(release.manifest["number"])


def other_software(release: Release) -> list[str]:
    """Return a sentence for each library that is not as it was; a file's bytes may depend on it."""
    now = software(release.chosen)
    return [
        f"It was made with {name} {was}; here is {now.get(name, 'none')}."
        for name, was in release.manifest["software"].items()
        if now.get(name) != was
    ]
