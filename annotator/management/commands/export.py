"""`annotator export CORPUS`: a corpus as a stream of bytes, of one moment, with its checksum."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from annotator.exchange.exports import Export, label_problem, reader_problem
from annotator.exchange.losses import loss_line
from annotator.formats import WRITABLE
from annotator.management.base import DataCommand
from annotator.readings.models import State

SPOOLED_IN_MEMORY = 1_000_000


class Command(DataCommand):
    help = "Take a corpus out, to a file or to the standard output; ends with a count and a sha256."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("corpus")
        parser.add_argument("--format", choices=WRITABLE, default="jsonl")
        parser.add_argument("-o", "--output", metavar="FILE", help="appears only when complete")
        parser.add_argument(
            "--losses",
            metavar="FILE",
            help="where to say what the format cannot hold; else FILE.losses.jsonl beside -o FILE",
        )
        parser.add_argument("--reader", help="only what this reader marked")
        parser.add_argument("--state", choices=State.values, help="only readings in this state")
        parser.add_argument(
            "--label",
            metavar="KEY[,KEY…]",
            help="only spans with these labels, and the links between them",
        )

    def handle(
        self,
        *args: object,
        corpus: str,
        format: str,  # noqa: A002  # the option's name
        output: str | None,
        losses: str | None,
        reader: str | None,
        state: str | None,
        label: str | None,
        **options: object,
    ) -> None:
        self.prepare()
        found = self.corpus(corpus)
        if said := WRITABLE[format].not_installed:
            self.refuse(said)
        if reader is not None and (problem := reader_problem(found, None, reader)):
            self.refuse(problem)
        if label is not None and (problem := label_problem(found, label)):
            self.refuse(problem)
        with tempfile.SpooledTemporaryFile(SPOOLED_IN_MEMORY) as lost:
            export = Export(
                corpus=found,
                by=None,
                into=WRITABLE[format],
                reader=reader,
                state=state,
                label=label,
                lose=lambda loss: lost.writelines([loss_line(loss)]),
            )
            self._write(export, output)
            lost.seek(0)
            self._report_losses(export, lost, output, losses)
        self.stderr.write(json.dumps(export.summary()))

    def _write(self, export: Export, output: str | None) -> None:
        try:
            with _whole_file(Path(output)) if output else _standard_output() as stream:
                for block in export:
                    stream.write(block)
        except BrokenPipeError:
            raise  # whoever read the output has had enough
        except OSError as error:
            self.refuse(f"{output or 'The output'} cannot be written: {error.strerror}.")
        except ValueError as error:
            self.stderr.write(f"The export was stopped, what is stored is wrong: {error}")
            raise SystemExit(1) from error

    def _report_losses(
        self, export: Export, lost: IO[bytes], output: str | None, wanted: str | None
    ) -> None:
        """Write what was lost beside the file, and say how much it is."""
        report = wanted or (f"{output}.losses.jsonl" if output else None)
        try:
            if report and (wanted or export.losses):
                with _whole_file(Path(report)) as stream:
                    shutil.copyfileobj(lost, stream)
            elif report:
                # That of an earlier export would be taken for this one's.
                Path(report).unlink(missing_ok=True)
        except OSError as error:
            self.refuse(f"{report} cannot be written: {error.strerror}.")
        if not export.losses:
            return
        where = f" They are listed in {report}." if report else " --losses FILE lists them all."
        count = f"{export.losses:,} thing{'s do' if export.losses > 1 else ' does'}"
        self.stderr.write(f"{count} not fit into this format.{where} The first:")
        for loss in export.first_losses:
            self.stderr.write(f"  {loss}")


@contextlib.contextmanager
def _whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside ``path`` that takes its place when all is written, and else is removed."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            os.fchmod(stream.fileno(), 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _umask() -> int:
    """Return the umask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
