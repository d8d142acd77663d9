"""Articles, readings, and the edits by which readings are saved."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.accounts.models import User
from annotator.api.base import ApiView, user_of
from annotator.api.errors import Conflict, Refused
from annotator.api.serializers import (
    ArticleSerializer,
    ConflictSerializer,
    EditsSerializer,
    ReadingSerializer,
    SavedSerializer,
)
from annotator.corpora.models import Article, Right
from annotator.formats.document import surface
from annotator.readings.actions import apply_edits
from annotator.readings.edits import EditConflict, EditRefused
from annotator.readings.models import Origin, Reading, State
from annotator.readings.states import notes_of, states_of
from annotator.schemas.models import Entity
from annotator.schemas.schema import schema_of
from annotator.www.access import get_article, get_reading


class ArticleDetail(ApiView):
    @extend_schema(responses=ArticleSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """An article with its text, and whose readings of it you may see."""
        article = get_article(user_of(request), pk)
        seen = Reading.objects.visible_to(user_of(request)).filter(article=article)
        context = {"readings": seen.order_by("reader")}
        return Response(ArticleSerializer(article, context=context).data)


class ReadingDetail(ApiView):
    parameters = frozenset({"reader"})

    @extend_schema(
        parameters=[OpenApiParameter("reader", description="Whose; your own when left out")],
        responses=ReadingSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        """What a reader marked. Your own reading is empty, in version 0, until you begin it."""
        user = user_of(request)
        article = get_article(user, pk)
        reader = request.query_params.get("reader")
        if reader is None:
            return Response(_own_reading(article, user))
        return Response(_reading(article, get_reading(user, article, reader)))


class Edits(ApiView):
    @extend_schema(
        request=EditsSerializer,
        responses={200: SavedSerializer, 409: ConflictSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Apply edits to your own reading: all of them or none, each id only once."""
        user = user_of(request)
        article = get_article(user, pk, Right.ANNOTATE)
        try:
            base_version, edits = _body(request.data)
            applied = apply_edits(article=article, by=user, base_version=base_version, edits=edits)
        except EditRefused as problem:
            raise Refused(str(problem), version=_own_version(article, user)) from problem
        except EditConflict as problem:
            now = _own_reading(article, user)
            raise Conflict(str(problem), version=now["version"], reading=now) from problem
        return Response(
            {
                "version": applied.version,
                "state": applied.reading.state,
                "schema_version": article.corpus.schema_version,
                "edits": [
                    {"id": str(edit), "version": version}
                    for edit, version in applied.versions.items()
                ],
            }
        )


def _body(data: Any) -> tuple[int, list[object]]:  # Any: JSON
    """Return (base_version, edits) of a request, or raise EditRefused."""
    if not isinstance(data, dict):
        raise EditRefused("The body is an object with “base_version” and “edits”.")
    if unknown := set(data) - {"base_version", "edits"}:
        raise EditRefused(f"The body has no “{min(unknown)}”.")
    base_version, edits = data.get("base_version"), data.get("edits")
    if type(base_version) is not int or not 0 <= base_version < 2**31:
        raise EditRefused("“base_version” is a whole number, the version that you have seen.")
    if not isinstance(edits, list):
        raise EditRefused("“edits” is a list.")
    return base_version, edits


def _own(article: Article, user: User) -> Reading | None:
    """Return the user's reading: made here, or come with an import under the user's name."""
    readings = Reading.objects.filter(article=article)
    named = readings.filter(reader=user.username, user=None, origin=Origin.PERSON)
    return readings.filter(user=user).first() or named.first()


def _own_version(article: Article, user: User) -> int:
    reading = _own(article, user)
    return reading.version if reading else 0


def _own_reading(article: Article, user: User) -> dict[str, Any]:
    reading = _own(article, user)
    if reading is not None:
        return _reading(article, reading)
    return {
        "reader": user.username,
        "origin": Origin.PERSON.value,
        "state": State.IN_PROGRESS.value,
        "skip_reason": "",
        "version": 0,
        "spans": [],
        "relations": [],
        "notes": [],
    }


def _reading(article: Article, reading: Reading) -> dict[str, Any]:
    """Return a reading in the shape of ReadingSerializer."""
    state = states_of([reading.pk], schema_of(article.corpus))[reading.pk]
    entities = {span["entity"] for span in state["spans"].values()} - {None}
    names = dict(Entity.objects.filter(pk__in=entities).values_list("pk", "name"))
    spans = [
        {
            "id": key,
            "label": span["label"],
            "pieces": span["pieces"],
            "text": surface(article.text, span["pieces"]),
            "attributes": span["attributes"],
            "entity": names.get(span["entity"]),
        }
        for key, span in state["spans"].items()
    ]
    notes = notes_of([reading.pk]).get(reading.pk, {})
    spans.sort(key=lambda span: (span["pieces"][0][0], -span["pieces"][-1][1], span["id"]))
    return {
        "reader": reading.reader,
        "origin": reading.origin,
        "state": reading.state,
        "skip_reason": reading.skip_reason,
        "version": reading.version,
        "spans": spans,
        "relations": [{"id": key, **link} for key, link in state["relations"].items()],
        "notes": [{"span": key or None, "text": text} for key, text in notes.items()],
    }
