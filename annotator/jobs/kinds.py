"""What a worker can do. A new kind is a function here, its line in KINDS and its name in JobKind.

The functions only fetch and hand over: what is done knows no queue (``exchange/``, ``releases/``).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.template.defaultfilters import pluralize

from annotator.corpora.models import Right
from annotator.exchange.exports import Export, extent
from annotator.exchange.imports import import_documents
from annotator.exchange.losses import loss_line
from annotator.exchange.progress import stoppable
from annotator.exchange.sources import FirstOnes, documents_of, pasted
from annotator.exchange.summary import ImportSummary
from annotator.formats import WRITABLE
from annotator.formats.document import Items, Loss
from annotator.formats.mapping import Mapping
from annotator.jobs import files
from annotator.jobs.models import JobKind
from annotator.jobs.work import CannotRun, Outcome, Work
from annotator.releases.actions import make_release
from annotator.releases.recipe import Recipe, ReleaseRefused


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of job is run.

    ``writes_rows``: all of it in one transaction, together with the end of the job. ``in_turn``:
    one after the other in a corpus. ``unit`` is what its progress counts.
    """

    title: str
    unit: str
    right: Right
    run: Callable[[Work], Outcome]
    writes_rows: bool = False
    in_turn: bool = False


def _import(work: Work) -> Outcome:
    """Read the files that were sent; with ``dry_run`` only look at what they would make."""
    job = work.job
    dry_run = bool(job.arguments.get("dry_run"))
    work.progress.expect(sum(upload["size"] for upload in job.uploads))
    mapping = Mapping.parse(job.arguments.get("map", ()))
    first = FirstOnes(_sent(work, mapping))
    summary = import_documents(
        corpus=work.corpus,
        by=work.by,
        documents=stoppable(first, work.progress),
        mapping=mapping,
        dry_run=dry_run,
    )
    result = {**asdict(summary), "first": first.seen}
    return Outcome(_said_of(summary, dry_run=dry_run), result, ok=summary.ok)


def _sent(work: Work, mapping: Mapping) -> Items:
    """Return what the files hold, and then what was pasted beside them."""
    texts = [upload for upload in work.job.uploads if "title" in upload]
    uploads = [upload for upload in work.job.uploads if "title" not in upload]
    sent = files.opened(uploads, work.progress)
    slug = work.job.arguments.get("format", "")
    yield from documents_of(sent, format_slug=slug, mapping=mapping)
    for upload, (_, stream) in zip(texts, files.opened(texts, work.progress), strict=True):
        yield from pasted(upload["title"], stream.read().decode())


def _said_of(summary: ImportSummary, *, dry_run: bool) -> str:
    if not summary.ok:
        count = len(summary.problems) + summary.more_problems
        return f"Nothing came in: {count:,} problem{pluralize(count)}."
    made = f"{summary.articles:,} new article{pluralize(summary.articles)}"
    if summary.readings:
        made += f" and {summary.readings:,} reading{pluralize(summary.readings)}"
    return f"{made} would come in." if dry_run else f"{made} came in."


def _export(work: Work) -> Outcome:
    """Write the file that is then downloaded, and beside it the report of what it cannot hold."""
    chosen = WRITABLE[work.job.arguments["format"]]
    if said := chosen.not_installed:
        raise CannotRun(said)
    filters = work.job.arguments.get("filters", {})
    work.progress.expect(extent(corpus=work.corpus, by=work.by, **filters)["articles"])
    with (
        files.made_by(work.job) as (name, stream),
        files.made_by(work.job, files.LOSSES) as (_, report),
    ):

        def lose(loss: Loss) -> None:
            report.write(loss_line(loss))

        export = Export(corpus=work.corpus, by=work.by, into=chosen, lose=lose, **filters)
        export.progress = work.progress
        for block in export:
            stream.write(block)
    result = export.summary() | {
        "loss_report": bool(export.losses),
        "filename": f"{work.corpus.slug}{chosen.extensions[0]}",
        "media_type": chosen.media_type,
        "sees_all": work.corpus.allows(Right.SEE_ALL_READINGS),
    }
    articles = int(result["articles"])
    said = f"{articles:,} article{pluralize(articles)} went out"
    if export.losses:
        said += f"; {export.losses:,} thing{pluralize(export.losses)} did not fit into this format"
    return Outcome(f"{said}.", result, file=name)


def _release(work: Work) -> Outcome:
    """Freeze a release; begun anew under the key of its job, it is still one."""
    try:
        made = make_release(
            corpus=work.corpus,
            recipe=Recipe.of(work.job.arguments),
            by=work.by,
            key=work.job.key,
            progress=work.progress,
        )
    except ReleaseRefused as refusal:
        raise CannotRun(str(refusal)) from refusal
    return Outcome(f"Release {made.number} is frozen.", {"number": made.number})


KINDS: dict[str, Kind] = {
    JobKind.IMPORT: Kind("Import", "bytes", Right.IMPORT, _import, writes_rows=True, in_turn=True),
    JobKind.EXPORT: Kind("Export", "articles", Right.READ, _export),
    JobKind.RELEASE: Kind("Release", "steps", Right.RELEASE, _release, in_turn=True),
}
