"""`annotator release make|list|verify|download|diff`: datasets that are numbered and stay."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from annotator.corpora.models import Corpus
from annotator.formats import WRITABLE
from annotator.formats.document import shown
from annotator.management.base import DataCommand
from annotator.readings.models import State
from annotator.releases import compare, files
from annotator.releases.actions import differences, make_release, other_software, restore
from annotator.releases.compare import Fate, ReadingChange
from annotator.releases.models import Release
from annotator.releases.recipe import NATIVE, TIES, Recipe, ReleaseRefused

DEFAULT = Recipe()
NOTHING = "nothing"
SIGNS = {Fate.ADDED: "+", Fate.REMOVED: "-", Fate.CHANGED: "~"}


class Command(DataCommand):
    help = "Freeze a corpus into a numbered release; list, verify, download and compare releases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        _add_make(actions.add_parser("make", help="freeze a new release"))
        of_corpus = {"list": "all releases of a corpus"}
        of_release = {
            "verify": "make a release again and compare; exit code 1 when anything differs",
            "download": "write the files of a release into a folder",
            "diff": "what is otherwise in one release than in another",
        }
        for name, help_ in (of_corpus | of_release).items():
            action = actions.add_parser(name, help=help_)
            action.add_argument("corpus")
            if name in of_release:
                action.add_argument("number", type=int)
            if name == "verify":
                action.add_argument("--repair", action="store_true", help="restore what is damaged")
            elif name == "download":
                action.add_argument("-o", "--output", metavar="DIR", help="made; default: CORPUS-N")
            elif name == "diff":
                action.add_argument("other", type=int, help="the newer release")

    def handle(self, *args: object, action: str, corpus: str, **options: object) -> None:
        self.prepare()
        found = self.corpus(corpus)
        if action == "make":
            return self._make(found, options)
        if action == "list":
            return self._list(found)
        release = self._release(found, cast(int, options["number"]))
        if action == "verify":
            return self._verify(release, repair=bool(options["repair"]))
        if action == "download":
            return self._download(release, Path(str(options["output"] or release.name)))
        self._diff(release, self._release(found, cast(int, options["other"])))

    def _release(self, corpus: Corpus, number: int) -> Release:
        frozen = Release.objects.frozen().filter(corpus=corpus)
        found = frozen.filter(number=number).first()
        if found is None:
            there = f"There are {frozen.count()}." if frozen.exists() else "There is none yet."
            self.refuse(f"There is no release {number} of this corpus. {there}")
        return found

    def _make(self, corpus: Corpus, options: dict[str, object]) -> None:
        by = self.active_user(str(options["by"])) if options["by"] else None
        try:
            recipe = _recipe(options)
            made = make_release(corpus=corpus, recipe=recipe, by=by)
        except ReleaseRefused as refusal:
            self.refuse(str(refusal))
        except OSError as error:
            self.refuse(f"The files of the release cannot be stored: {error}.")
        self._say(made)

    def _list(self, corpus: Corpus) -> None:
        for release in Release.objects.frozen().filter(corpus=corpus).order_by("number"):
            self._say(release)

    def _say(self, release: Release) -> None:
        counts = {name: count for name, count in release.counts.items() if isinstance(count, int)}
        facts = {
            "release": release.name,
            "number": release.number,
            "at": release.manifest["at"],
            "by": release.manifest["by"],
            **counts,
            "splits": {name: held["readings"] for name, held in release.counts["splits"].items()},
            "losses": sum(release.manifest["losses"].values()),
            "sha256": release.sha256,
        }
        self.stdout.write(json.dumps(facts, ensure_ascii=False))

    def _verify(self, release: Release, *, repair: bool) -> None:
        """Make the release again, and look at what is stored of it."""
        otherwise = differences(release=release)
        for path in otherwise:
            self.stderr.write(f"{path} comes out otherwise when it is made again.")
        if otherwise:
            for sentence in other_software(release):
                self.stderr.write(sentence)
        damaged = files.damaged(release)
        if damaged and repair and not otherwise:
            restore(release=release)
            self.stderr.write(f"Restored: {', '.join(damaged)}.")
            damaged = files.damaged(release)
        for path in damaged:
            self.stderr.write(f"{path} is missing in the storage, or is not what it was.")
        self.stdout.write(
            json.dumps({"release": release.name, "otherwise": otherwise, "damaged": damaged})
        )
        if otherwise or damaged:
            raise SystemExit(1)

    def _download(self, release: Release, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                self.refuse(f"{folder} is not empty.")
            for file in files.files_of(release):
                path = folder / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as stream:
                    for block in files.read(release, file.path):
                        stream.write(block)
        except FileNotFoundError:
            self.refuse(
                "A file of this release is missing in the storage. "
                f"Run “annotator release verify {release.corpus.slug} {release.number} --repair”."
            )
        except OSError as error:
            self.refuse(f"{folder} cannot be written: {error.strerror}.")
        self.stdout.write(json.dumps({"release": release.name, "sha256": release.sha256}))

    def _diff(self, older: Release, newer: Release) -> None:
        summary = compare.summary_of(older, newer)
        for change in compare.changes(older, newer):
            summary.add(change)
            self.stdout.write("\n".join(_told(change)))
        self.stdout.write(
            json.dumps(
                {
                    "older": older.name,
                    "newer": newer.name,
                    "articles": summary.articles,
                    "readings": summary.readings,
                    "moved": summary.moved,
                    "spans": summary.labels,
                }
            )
        )


def _recipe(options: dict[str, object]) -> Recipe:
    """Return what was chosen; what is not named is as usual."""
    names = [name for name in DEFAULT.as_json() if name != "formats"]
    given = {name: options[name] for name in names if options[name] != []}
    if given.get("together") == [NOTHING]:
        given["together"] = []
    return Recipe.of(given | {"formats": [NATIVE, *cast(list[str], options["formats"])]})


def _told(change: ReadingChange) -> Iterator[str]:
    yield f"{SIGNS[change.fate]} {change.key}, {change.reader}"
    for span in change.spans:
        words = " → ".join(dict.fromkeys(filter(None, (span.before, span.after))))
        about = f" ({'; '.join(span.attributes)})" if span.attributes else ""
        yield f"  {SIGNS[span.fate]} {span.label} {shown(words)}{about}"


def _add_make(make: ArgumentParser) -> None:
    make.add_argument("corpus")
    make.add_argument("--by", metavar="USER", help="who answers for it")
    many: dict[str, Any] = {"action": "append", "default": []}  # Any: argparse's own types
    make.add_argument(
        "--state", dest="states", choices=State.values, **many, help="default: submitted"
    )
    make.add_argument("--reader", dest="readers", **many, help="default: everybody but suggesters")
    make.add_argument("--adjudicated", action="store_true", help="only the adjudicated readings")
    make.add_argument("--label", dest="labels", metavar="KEY", **many, help="default: all")
    make.add_argument("--source", dest="sources", **many, help="only articles of this outlet")
    make.add_argument("--from", dest="published_from", metavar="DATE", default="")
    make.add_argument("--until", dest="published_until", metavar="DATE", default="")
    others = [slug for slug in WRITABLE if slug != NATIVE]
    make.add_argument(
        "--format", dest="formats", choices=others, **many, help="beside the native JSONL"
    )
    make.add_argument("--without-texts", dest="texts", action="store_false")
    make.add_argument("--validation", type=int, default=DEFAULT.validation, help="percent")
    make.add_argument("--test", type=int, default=DEFAULT.test, help="percent")
    make.add_argument("--seed", default=DEFAULT.seed)
    make.add_argument(
        "--together", choices=[*TIES, NOTHING], **many, help="default: near_duplicates"
    )
    make.add_argument("--license", default="", help="of the annotations, such as cc-by-4.0")
    make.add_argument("--note", default="", help="what is new in it")
