"""The shapes of requests and answers, for the schema at ``/api/v1/schema/``.

Offsets are Unicode code points, half-open. Answers of the saving path are built by hand (speed);
``tests/api`` checks that they have these shapes.
"""

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from annotator.api.bodies import Body
from annotator.corpora.models import Article, Corpus, Role
from annotator.jobs.models import JobKind, JobState
from annotator.readings.edits import KINDS
from annotator.readings.models import EditKind, Origin, Reading, State
from annotator.schemas.templates import TEMPLATES

LONGEST_TEXT = 200_000

PIECES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "items": {"type": "integer", "minimum": 0},
    },
}


@extend_schema_field(PIECES)
class PiecesField(serializers.JSONField):
    """Pairs of [start, end)."""


class CorpusSerializer(serializers.ModelSerializer[Corpus]):
    role = serializers.ChoiceField(Role.choices, help_text="of whoever asks")

    class Meta:
        model = Corpus
        fields = ("slug", "name", "description", "role", "schema_version", "created_at")


class CorpusListSerializer(serializers.Serializer[object]):
    results = CorpusSerializer(many=True)


class ProgressSerializer(serializers.Serializer[object]):
    reader = serializers.CharField()
    new = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    submitted = serializers.IntegerField()
    skipped = serializers.IntegerField()


class CorpusDetailSerializer(CorpusSerializer):
    articles = serializers.IntegerField()
    progress = ProgressSerializer(many=True, help_text="of the readers that you may see")

    class Meta(CorpusSerializer.Meta):
        fields = (*CorpusSerializer.Meta.fields, "guidelines", "articles", "progress")  # type: ignore[assignment]


class GuidelinesSerializer(serializers.Serializer[object]):
    guidelines = serializers.CharField(allow_blank=True, help_text="Markdown")


class CorpusProgressSerializer(serializers.Serializer[object]):
    readers = ProgressSerializer(many=True)
    labels = serializers.DictField(child=serializers.IntegerField(), help_text="spans by label")


class NextArticleSerializer(serializers.Serializer[object]):
    article = serializers.IntegerField(allow_null=True, help_text="null: all are read")


class CorpusBody(Body):
    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, required=False)


class NewCorpusBody(Body):
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")
    template = serializers.ChoiceField(
        [(template.slug, template.title) for template in TEMPLATES.values()],
        default="quotes",
        help_text="labels, attributes and links to begin with",
    )


class GuidelinesBody(Body):
    guidelines = serializers.CharField(
        max_length=LONGEST_TEXT, allow_blank=True, trim_whitespace=False, help_text="Markdown"
    )


class ArticleRowSerializer(serializers.ModelSerializer[Article]):
    class Meta:
        model = Article
        fields = ("id", "key", "title", "length", "created_at")


class ArticlePageSerializer(serializers.Serializer[object]):
    results = ArticleRowSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ReadingRowSerializer(serializers.ModelSerializer[Reading]):
    origin = serializers.ChoiceField(Origin.choices)
    state = serializers.ChoiceField(State.choices)

    class Meta:
        model = Reading
        fields = ("reader", "origin", "state", "skip_reason", "version", "updated_at")


class ArticleLineSerializer(ArticleRowSerializer):
    corpus = serializers.SlugRelatedField[Corpus](slug_field="slug", read_only=True)
    meta = serializers.JSONField()

    class Meta(ArticleRowSerializer.Meta):
        fields = (  # type: ignore[assignment]
            "id",
            "key",
            "corpus",
            "title",
            "text",
            "sha256",
            "length",
            "meta",
            "created_at",
        )


class ArticleSerializer(ArticleLineSerializer):
    readings = serializers.SerializerMethodField()

    class Meta(ArticleLineSerializer.Meta):
        fields = (*ArticleLineSerializer.Meta.fields, "readings")  # type: ignore[assignment]

    @extend_schema_field(ReadingRowSerializer(many=True))
    def get_readings(self, article: Article) -> list[dict[str, object]]:
        """Return those that whoever asks may see: the view has fetched them."""
        return list(ReadingRowSerializer(self.context["readings"], many=True).data)


class SpanSerializer(serializers.Serializer[object]):
    id = serializers.CharField(max_length=200)
    label = serializers.CharField(max_length=50)  # type: ignore[assignment]  # a field, not DRF's own attribute
    pieces = PiecesField()
    text = serializers.CharField(help_text="its pieces, joined by one space")
    attributes = serializers.DictField()
    entity = serializers.CharField(max_length=300, allow_null=True)


RelationSerializer = inline_serializer(
    "Relation",
    {
        "id": serializers.CharField(max_length=200),
        "type": serializers.CharField(max_length=50),
        "from": serializers.CharField(max_length=200),
        "to": serializers.CharField(max_length=200),
    },
    many=True,
)


class NoteSerializer(serializers.Serializer[object]):
    span = serializers.CharField(max_length=200, allow_null=True, help_text="null: the article")
    text = serializers.CharField(max_length=2000)


class ReadingSerializer(serializers.Serializer[object]):
    reader = serializers.CharField()
    origin = serializers.ChoiceField(Origin.choices)
    state = serializers.ChoiceField(State.choices)
    skip_reason = serializers.CharField(max_length=500, help_text="why it is skipped; else empty")
    version = serializers.IntegerField(help_text="to send as base_version")
    spans = SpanSerializer(many=True)
    relations = RelationSerializer
    notes = NoteSerializer(many=True, help_text="to whoever reviews; in no file format")


class EditSerializer(serializers.Serializer[object]):
    id = serializers.UUIDField(help_text="made by the client: the same edit is applied once")
    kind = serializers.ChoiceField([kind for kind in EditKind.values if kind in KINDS])
    group = serializers.UUIDField(required=False, help_text="edits of one group are undone as one")
    span = serializers.DictField(
        required=False, help_text="of add_span, change_span, remove_span: id, label, pieces, …"
    )
    relation = serializers.DictField(
        required=False, help_text="of add_relation, remove_relation: id, type, from, to"
    )
    note = serializers.DictField(
        required=False, help_text="of set_note: span (an id, or null for the article), text"
    )
    reason = serializers.CharField(required=False, max_length=500, help_text="of skip: why")


class EditsSerializer(serializers.Serializer[object]):
    base_version = serializers.IntegerField(min_value=0, help_text="the version that you have seen")
    edits = EditSerializer(many=True)


class SavedEditSerializer(serializers.Serializer[object]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()


class SavedSerializer(serializers.Serializer[object]):
    version = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices)
    schema_version = serializers.IntegerField(help_text="by which the edits were made")
    edits = SavedEditSerializer(many=True)


class PlaceSerializer(serializers.Serializer[object]):
    where = serializers.CharField(help_text="file:line")
    message = serializers.CharField()


class ImportedSerializer(serializers.Serializer[object]):
    articles = serializers.IntegerField()
    known_articles = serializers.IntegerField()
    readings = serializers.IntegerField()
    known_readings = serializers.IntegerField()
    spans = serializers.IntegerField()
    relations = serializers.IntegerField()
    notices = PlaceSerializer(many=True)


class ProblemSerializer(serializers.Serializer[object]):
    """Problem details, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()


class UnknownNameSerializer(serializers.Serializer[object]):
    kind = serializers.CharField(help_text="what it names: a column, label, relation, attribute")
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="how often it was met")


class ImportProblemSerializer(ProblemSerializer):
    problems = PlaceSerializer(many=True)
    more_problems = serializers.IntegerField()
    unknown = UnknownNameSerializer(many=True, help_text="what `map` could give a meaning to")


class JobSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    url = serializers.URLField()
    kind = serializers.ChoiceField(JobKind.choices)
    corpus = serializers.SlugField()
    by = serializers.CharField()
    about = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(JobState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(help_text="0 as long as nobody knows")
    unit = serializers.CharField(help_text="what done and total count: bytes, articles")
    message = serializers.CharField(allow_blank=True, help_text="a sentence on how it stands")
    result = serializers.DictField(
        allow_null=True, help_text="of an import: as the import itself answers, with its problems"
    )
    file = serializers.URLField(allow_null=True, help_text="of an export that is done")
    losses = serializers.URLField(allow_null=True, help_text="what that file could not hold")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    deadline = serializers.DateTimeField(help_text="when it is stopped at the latest")


class JobListSerializer(serializers.Serializer[object]):
    results = JobSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class MappingBody(Body):
    map = serializers.ListField(
        child=serializers.CharField(max_length=1_000),
        max_length=1_000,
        help_text="what a name of the file stands for: “label:PER=speaker”",
    )


class ConflictSerializer(ProblemSerializer):
    version = serializers.IntegerField()
    reading = ReadingSerializer()


class ChoiceSerializer(serializers.Serializer[object]):
    value = serializers.CharField()
    shortcut = serializers.CharField(allow_blank=True)


class AttributeSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    choices = ChoiceSerializer(many=True)
    retired = serializers.BooleanField()


class LabelSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    shortcut = serializers.CharField(allow_blank=True)
    colour = serializers.CharField()
    style = serializers.CharField()  # type: ignore[assignment]  # a field, not DRF's own attribute
    description = serializers.CharField()
    retired = serializers.BooleanField()
    attributes = serializers.SerializerMethodField()

    @extend_schema_field(AttributeSerializer(many=True))
    def get_attributes(self, label: object) -> list[dict[str, object]]:
        rules = label.attributes.values()  # type: ignore[attr-defined]  # a LabelRule
        return list(AttributeSerializer(rules, many=True).data)


class RelationTypeSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()
    source = serializers.CharField(help_text="the label at its beginning")  # type: ignore[assignment]  # a field, not DRF's own attribute
    target = serializers.CharField(help_text="the label at its end")
    retired = serializers.BooleanField()


class SchemaSerializer(serializers.Serializer[object]):
    version = serializers.IntegerField()
    labels = LabelSerializer(many=True)
    relation_types = RelationTypeSerializer(many=True)
