"""The desk: an article with one reading on it, and the edits that people make there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from annotator.accounts.models import Face, Preferences, User
from annotator.corpora.candidates import candidates_of
from annotator.corpora.models import Article, Right
from annotator.readings import history
from annotator.readings.actions import apply_edits
from annotator.readings.edits import EditConflict, EditRefused
from annotator.readings.history import Touched
from annotator.readings.models import Note, Origin, Reading, State
from annotator.readings.registry import registry_for
from annotator.schemas.models import Preset
from annotator.schemas.schema import LabelRule, Schema, schema_of
from annotator.text.tokens import sentences
from annotator.www import colours
from annotator.www.access import get_article, get_corpus
from annotator.www.http import AuthedRequest
from annotator.www.sheet import Sheet, asked_link, counted_labels, draw


@require_safe
@gzip_page  # the one large page: a tenth of it travels. Django pads it against BREACH
def show(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show an article with the user's own reading, or with ``?reader=NAME``'s to look at."""
    article = get_article(request.user, pk)
    readings = list(Reading.objects.visible_to(request.user).filter(article=article))
    own = _own(readings, request.user)
    reading, editable = own, article.allows(Right.ANNOTATE)
    name = request.GET.get("reader", "")
    if name and not (own and own.reader == name and editable):
        reading, editable = _named(readings, name), False
    elif reading is None and not editable:
        reading = max(readings, key=lambda found: found.updated_at, default=None)
    schema = schema_of(article.corpus)
    preferences = Preferences.of(request.user)
    context = {
        "article": article,
        "corpus": article.corpus,
        "reading": reading,
        "readings": sorted(readings, key=lambda found: found.reader),
        "editable": editable,
        "schema": schema,
        "labels": [LabelView(label, schema) for label in schema.active_labels()],
        "counted": counted_labels(schema),
        "facts": _facts(article),
        "length": _length(article),
        "article_note": _article_note(reading),
        "preferences": preferences,
        "faces": Face.choices,
        "own_keys": json.dumps(preferences.keys, ensure_ascii=False),
        **_place(article, request.user),
        **_context_of(draw(article, reading, schema), reading, request.user),
    }
    if editable:
        context |= {
            "candidates": _candidates(article),
            "sentences": sentences(article.text),
            "links": _links(schema),
            "registry": [known._asdict() for known in registry_for(article, request.user)],
        }
    return render(request, "desk/page.html", context)


@require_POST
def edits(request: AuthedRequest, pk: int) -> HttpResponse:
    """Apply edits to the user's own reading; answer with what of the sheet has changed.

    409 (changed elsewhere) and 422 (wrong in itself) answer with a sentence and the sheet as it is.
    """
    if _is_anothers(request):
        return HttpResponse("These changes are another person's.", status=401)
    article = get_article(request.user, pk, Right.ANNOTATE)
    try:
        base_version, sent = _body(request)
        applied = apply_edits(
            article=article, by=request.user, base_version=base_version, edits=sent
        )
    except EditRefused as problem:
        return _refusal(request, article, str(problem), 422)
    except EditConflict as problem:
        return _refusal(request, article, str(problem), 409)
    return _fragments(request, article, applied.reading, applied.touched, applied.theirs)


@require_safe
def changes(request: AuthedRequest, pk: int) -> HttpResponse:
    """Answer with what of the sheet has changed ``?since=`` a version; with all of it otherwise.

    So a page catches up with what its person did in another tab or on another machine.
    """
    if _is_anothers(request):
        return HttpResponse("This page is another person's.", status=401)
    article = get_article(request.user, pk, Right.ANNOTATE)
    reading = _own_reading(article, request.user)
    version = reading.version if reading else 0
    since = request.GET.get("since", "")
    if since == str(version):
        return HttpResponse(status=204)
    if reading is None or not since.isdecimal() or int(since) > version:
        return _fragments(request, article, reading)
    touched = Touched.by(reading.edits.filter(version__gt=int(since)))
    return _fragments(request, article, reading, touched)


def _is_anothers(request: AuthedRequest) -> bool:
    """Return whether the page is of a person in whose browser somebody else has signed in since."""
    return request.headers.get("X-User", str(request.user.pk)) != str(request.user.pk)


@require_safe
def csrf(request: AuthedRequest) -> JsonResponse:
    """Say whose session this is, with a fresh token: signing in elsewhere makes pages' tokens void."""
    return JsonResponse({"user": request.user.pk, "token": get_token(request)})


@require_safe
@cache_control(private=True, max_age=365 * 24 * 3600, immutable=True)
def labels_css(request: AuthedRequest, slug: str) -> HttpResponse:
    """Return the stylesheet of a corpus's labels; pages name it with the schema's version."""
    schema = schema_of(get_corpus(request.user, slug))
    context = {"labels": [LabelView(label, schema) for label in schema.labels.values()]}
    return render(request, "desk/labels.css", context, content_type="text/css; charset=utf-8")


@dataclass(frozen=True, slots=True)
class LabelView:
    """A label with its colours on light and dark pages, and the link its spans should have."""

    rule: LabelRule
    schema: Schema

    @property
    def light(self) -> str:
        return colours.for_light(self.rule.colour)

    @property
    def dark(self) -> str:
        return colours.for_dark(self.rule.colour)

    @property
    def line(self) -> str:
        """Return the CSS image of its lane, so that colour is never alone."""
        pair = f"light-dark({self.light}, {self.dark})"
        if self.rule.style == "dashed":
            return f"repeating-linear-gradient(90deg, {pair} 0 5px, transparent 5px 8px)"
        if self.rule.style == "double":
            return f"linear-gradient({pair} 0 35%, transparent 35% 65%, {pair} 65%)"
        return f"linear-gradient({pair} 0 75%, transparent 75%)"

    @property
    def takes(self) -> str:
        """Return what its letter takes at the caret when no words are selected."""
        attributes = self.rule.attributes.values()
        if any(rule.preset == Preset.QUOTATION_MARKS for rule in attributes):
            return "quotation"
        if self.rule.entity_key:
            return "name"
        return "cue" if self.rule.key == "cue" else "statement"

    @property
    def asked(self) -> dict[str, str] | None:
        """Return what the strip asks of its spans, and which attribute says that there is none."""
        link = asked_link(self.schema, self.rule.key)
        if link is None:
            return None
        none = f"no_{link.target}"
        has_none = none in self.rule.attributes and not self.rule.attributes[none].retired
        return {
            "type": link.key,
            "name": link.name,
            "target": link.target,
            "none": none if has_none else "",
        }


def _own(readings: list[Reading], user: User) -> Reading | None:
    """Return the user's reading: made here, or come with an import under the user's name."""
    mine = [reading for reading in readings if reading.user_id == user.pk]
    named = [
        reading
        for reading in readings
        if reading.reader == user.username
        and reading.user_id is None
        and reading.origin == Origin.PERSON
    ]
    return next(iter([*mine, *named]), None)


def _named(readings: list[Reading], name: str) -> Reading:
    for reading in readings:
        if reading.reader == name:
            return reading
    raise Http404("There is no such reading.")


def _place(article: Article, user: User) -> Mapping[str, object]:
    """Return where the article stands: its neighbours' ids, and the user's progress. In one query."""
    ours = Article.objects.filter(corpus=OuterRef("corpus_id"))
    submitted = Reading.objects.filter(
        user=user, state=State.SUBMITTED, article__corpus=OuterRef("corpus_id")
    )
    return (
        Article.objects.filter(pk=article.pk)
        .values(
            previous=Subquery(ours.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("pk")[:1]),
            next=Subquery(ours.filter(pk__gt=OuterRef("pk")).order_by("pk").values("pk")[:1]),
            articles=_count(ours),
            submitted=_count(submitted),
        )
        .get()
    )


def _count(rows: QuerySet[Any]) -> Subquery:
    """Return the number of ``rows`` as an expression; ``order_by()`` keeps it one group."""
    return Subquery(
        rows.order_by().annotate(all=Func(Value(1), function="count")).values("all"),
        output_field=IntegerField(),
    )


def _facts(article: Article) -> list[tuple[str, str]]:
    """Return the metadata as lines to read; what is nested is shown as JSON."""
    return [
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for key, value in article.meta.items()
    ]


def _candidates(article: Article) -> dict[str, object]:
    """Return what the text offers, as candidates.js reads it."""
    found = candidates_of(article)
    return {
        "quotations": [
            {"pieces": run.pieces, "depth": run.depth, "continues": run.continues}
            for run in found.quotations
        ],
        "names": found.names,
        "cues": found.cues,
    }


def _length(article: Article) -> str:
    """Say how long an article is: in characters where words are not set apart by spaces."""
    words = len(article.text.split())
    if article.length > 20 * words:
        return f"{article.length:,} characters"
    return f"{words:,} words"


def _links(schema: Schema) -> list[dict[str, str]]:
    return [
        {"type": rule.key, "name": rule.name, "source": rule.source, "target": rule.target}
        for rule in schema.relations.values()
        if not rule.retired
    ]


def _article_note(reading: Reading | None) -> str:
    """Return the note on the article as such."""
    notes = Note.objects.filter(reading=reading, span=None) if reading else Note.objects.none()
    return notes.values_list("text", flat=True).first() or ""


def _context_of(sheet: Sheet, reading: Reading | None, user: User) -> dict[str, object]:
    """Return what both the page and an answer to edits print."""
    done, undone = history.stacks(reading) if reading and reading.version else ([], [])
    return {
        "sheet": sheet,
        "user_id": user.pk,
        "version": reading.version if reading else 0,
        "state": reading.state if reading else State.IN_PROGRESS,
        "skip_reason": reading.skip_reason if reading else "",
        "can_undo": bool(done),
        "can_redo": bool(undone),
    }


def _fragments(
    request: AuthedRequest,
    article: Article,
    reading: Reading | None,
    touched: Touched | None = None,
    theirs: Touched | None = None,
    **more: object,
) -> HttpResponse:
    """Answer with the paragraphs that were ``touched`` (all when None), lists and state.

    The keys of what ``theirs`` touched go along: what the page still keeps may depend on them.
    """
    changed = None if touched is None else touched.pieces
    schema = schema_of(article.corpus)
    context = _context_of(draw(article, reading, schema, changed), reading, request.user) | more
    if touched is None or "" in touched.notes:
        context["article_note"] = _article_note(reading)
    if touched is None or touched.state:
        context |= _place(article, request.user)
    if theirs:
        context["theirs"] = sorted(theirs.keys)
    return render(request, "desk/_changed.html", context)


def _refusal(request: AuthedRequest, article: Article, sentence: str, status: int) -> HttpResponse:
    reading = _own_reading(article, request.user)
    response = _fragments(request, article, reading, sentence=sentence)
    response.status_code = status
    return response


def _own_reading(article: Article, user: User) -> Reading | None:
    named = Q(user=user) | Q(reader=user.username)
    return _own(list(Reading.objects.filter(named, article=article)), user)


def _body(request: AuthedRequest) -> tuple[int, list[object]]:
    """Return base_version and edits of a request, or raise EditRefused."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise EditRefused("What was sent is not JSON.") from None
    if not isinstance(body, dict):
        raise EditRefused("A request is an object with “base_version” and “edits”.")
    base_version, sent = body.get("base_version"), body.get("edits")
    if type(base_version) is not int or not 0 <= base_version < 2**31:
        raise EditRefused("“base_version” is the number of the version that was seen.")
    if not isinstance(sent, list):
        raise EditRefused("“edits” is a list.")
    return base_version, sent
