"""Label Studio, in: its JSON export, or the zip that we write."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from annotator.formats.archive import Archive, Member, RefusedMember, RefusedZip, Rejoined, opened
from annotator.formats.chains import join_pieces
from annotator.formats.counting import Claim, Count, reads, way_of_counting
from annotator.formats.document import (
    JSON,
    NO_COLUMNS,
    ByteStream,
    Columns,
    Document,
    Items,
    Problem,
    Relation,
    Span,
    shown,
)
from annotator.formats.fields import (
    OURS,
    check_surface,
    give_ids,
    judged,
    name_of,
    object_of,
    objects_of,
    place_of,
    renamed,
    string,
    unknown_columns,
)
from annotator.formats.records import Record, json_items

CONFIG = "labeling_config.xml"
# The names of the controls in our labelling config; an export may have others.
LABEL, TEXT = "label", "text"
ROLES = ("text", "id", "title")

_BOOLEANS: dict[str, JSON] = {"true": True, "false": False}


def read(stream: ByteStream, name: str, columns: Columns = NO_COLUMNS) -> Items:
    """Yield the readings of each task: annotations, then predictions."""
    head = stream.read(2)
    whole = Rejoined(head, stream)
    if head != b"PK":
        yield from _read_tasks(whole, name, columns)
        return
    try:
        with opened(whole, name, (".json", ".xml")) as archive:
            for member in archive.files:
                if member.extension == ".json":
                    yield from _read_member(archive, member, columns)
    except RefusedZip as refused:
        yield from refused.problems


def _read_member(archive: Archive, member: Member, columns: Columns) -> Items:
    try:
        with archive.open(member) as tasks:
            yield from _read_tasks(tasks, member.where, columns)
    except RefusedMember as error:
        yield Problem(member.where, str(error))


def _read_tasks(stream: ByteStream, name: str, columns: Columns) -> Items:
    for number, found in enumerate(json_items(stream, name), 1):
        if isinstance(found, Problem):
            yield found
        else:
            yield from _Task(found, f"{PurePosixPath(name).stem}-{number}", columns).readings()


class _Task:
    """One task: an article, and everything marked in it."""

    def __init__(self, found: Record, fallback_id: str, columns: Columns) -> None:
        self._task = found.fields
        self._where = found.where
        self._wrong: list[str] = []
        data = self._task.get("data")
        if type(data) is not dict:
            self._wrong.append("This task has no “data”: export as JSON, not as JSON-MIN.")
            data = {}
        self._data = renamed(data, columns, self._wrong)
        self._fallback_id = fallback_id
        self._readers: Counter[str] = Counter()

    def readings(self) -> Items:
        """Yield a document for each reading, or one for an article that nobody has read."""
        article = self._article()
        if self._wrong:
            unknown = unknown_columns(self._data, ROLES) if "text" not in self._data else ()
            yield from judged(article, self._wrong, unknown)
            return
        # All of them first: what is said of the article as a whole stands among its annotations.
        found = [
            *(self._reading(item, article, "annotations") for item in self._items("annotations")),
            *(self._reading(item, article, "predictions") for item in self._items("predictions")),
        ]
        wrong = list(self._wrong)
        for document in found or [article]:
            yield from judged(document, wrong)
            if wrong:
                return

    def _items(self, key: str) -> list[dict[str, JSON]]:
        return objects_of(self._task, key, self._wrong)

    def _article(self) -> Document:
        wrong = self._wrong
        text = string(self._data, "text", "The task", wrong)
        if text is None and self._data.get("text") is None:
            wrong.append("The task has no “text” in its “data”.")
        key = name_of(self._data, "id", "The task", wrong, needed=False)
        key = key or name_of(self._task, "id", "The task", wrong, needed=False)
        title = self._data.get("title")
        meta = self._data.get("meta")
        known = {"text", "id"}
        known |= {"title"} if type(title) is str else set()
        known |= {"meta"} if type(meta) is dict else set()
        others = {name: value for name, value in self._data.items() if name not in known}
        return Document(
            id=key or self._fallback_id,
            text=text or "",
            title=title if type(title) is str else "",
            meta=(meta if type(meta) is dict else {}) | others,
            where=self._where,
        )

    def _reading(self, item: dict[str, JSON], article: Document, kind: str) -> Document:
        wrong = self._wrong
        own = object_of(item, OURS, "An annotation", wrong)
        reading = Document(article.id, article.text, article.title, article.meta)
        reading.where = article.where
        reading.reader = string(own, "reader", f"“{OURS}”", wrong)
        reading.origin = string(own, "origin", f"“{OURS}”", wrong)
        reading.state = string(own, "state", f"“{OURS}”", wrong)
        reading.reader = reading.reader or self._reader(item, kind)
        reading.origin = reading.origin or ("suggester" if kind == "predictions" else "import")
        skipped = item.get("was_cancelled") is True
        reading.state = reading.state or ("skipped" if skipped else "submitted")
        _Results(objects_of(item, "result", wrong), reading, wrong).take()
        return reading

    def _reader(self, item: dict[str, JSON], kind: str) -> str:
        """Return who Label Studio says it was: a number, a person with a mail address, or a model."""
        if kind == "predictions":
            given = item.get("model_version")
        else:
            given = item.get("completed_by")
            if type(given) is dict:
                given = given.get("email") or given.get("id")
        name = str(given) if type(given) in (str, int) and given != "" else "import"
        # Whoever imports tasks into Label Studio has completed all their annotations.
        self._readers[name] += 1
        return name if self._readers[name] == 1 else f"{name}-{self._readers[name]}"


class _Results:
    """The results of one annotation: regions, what else is said of them, and relations."""

    def __init__(self, items: list[dict[str, JSON]], reading: Document, wrong: list[str]) -> None:
        self._items = items
        self._reading = reading
        self._wrong = wrong
        self._count: Count = way_of_counting(reading.text, self._claims())
        self._spans: dict[str, Span] = {}

    def take(self) -> None:
        for number, item in enumerate(self._items, 1):
            self._region(item, f"Region {number}")
        for number, item in enumerate(self._items, 1):
            self._said(item, f"Region {number}")
        relations = [item for item in self._items if item.get("type") == "relation"]
        for number, item in enumerate(relations, 1):
            self._relation(item, f"Relation {number}")
        join_pieces(self._reading)
        taken = {link.id for link in self._reading.relations}
        give_ids("r", [link for link in self._reading.relations if not link.id], taken)

    def _claims(self) -> Iterator[Claim]:
        for item in self._items:
            value = item.get("value")
            if item.get("type") != "labels" or type(value) is not dict:
                continue
            start, end, given = value.get("start"), value.get("end"), value.get("text")
            if type(start) is int and type(end) is int and type(given) is str:
                yield start, end, given

    def _region(self, item: dict[str, JSON], name: str) -> None:
        """Take a region; one with several labels is a span for each."""
        kind, value = item.get("type"), item.get("value")
        if type(value) is not dict or kind in ("relation", "choices", "textarea"):
            return
        if kind == "hypertextlabels" or type(value.get("start")) is str:
            self._wrong.append(
                f"{name} is of HyperText, which has XPaths for places: only <Text> is read."
            )
            return
        labels = value.get("labels")
        if kind != "labels" or type(labels) is not list:
            return
        key = name_of(item, "id", name, self._wrong) or ""
        place = self._place(value, name)
        for at, label in enumerate(labels):
            if type(label) is not str:
                self._wrong.append(f"{name} has a label that is not a string.")
                continue
            span = Span(key if at == 0 else f"{key}:{label}", label, [place] if place else [])
            if span.id in self._spans:
                self._wrong.append(f"The region id {shown(span.id)} is given twice.")
            self._spans[span.id] = span
            self._reading.spans.append(span)

    def _place(self, value: dict[str, JSON], name: str) -> tuple[int, int] | None:
        start, end = value.get("start"), value.get("end")
        if type(start) is int and type(end) is int and start >= 0 and 0 <= end < 10**15:
            value = value | {"start": self._count(start), "end": self._count(end)}
        place = place_of(value, ("start", "end"), name, len(self._reading.text), self._wrong)
        given = string(value, "text", name, self._wrong)
        text = self._reading.text
        if place and given is not None and not reads(text, *place, given):
            check_surface(name, given, text, [place], self._wrong)
        return place

    def _said(self, item: dict[str, JSON], name: str) -> None:
        """Take what is said of a region as its attribute, and of the text as its metadata."""
        kind, value = item.get("type"), item.get("value")
        span = self._spans.get(str(item.get("id")))
        if kind == "relation" or type(kind) is not str or type(value) is not dict:
            return
        if kind == "labels":
            if span:
                own = object_of(item, OURS, name, self._wrong)
                span.attributes |= object_of(own, "attributes", name, self._wrong)
                note = object_of(item, "meta", name, self._wrong).get("text")
                if note:
                    span.attributes["note"] = _one(note)
            return
        said = value.get("text" if kind == "textarea" else kind)
        control = item.get("from_name")
        if said is None or type(control) is not str:
            self._wrong.append(
                f"{name} is of the type {shown(kind)}, which says nothing of a text."
            )
        elif span:
            span.attributes.setdefault(control, _one(said))
        elif "start" in value:
            self._wrong.append(f"{name} names region {shown(item.get('id'))}, which is not there.")
        else:
            self._say_of_text(control, _one(said))

    def _say_of_text(self, control: str, said: JSON) -> None:
        """Keep what is said of the whole text; who said it, when others said something else."""
        if self._reading.meta.setdefault(control, said) != said:
            self._reading.meta[f"{control} ({self._reading.reader})"] = said

    def _relation(self, item: dict[str, JSON], name: str) -> None:
        source = name_of(item, "from_id", name, self._wrong) or ""
        target = name_of(item, "to_id", name, self._wrong) or ""
        if item.get("direction") == "left":
            source, target = target, source
        own = object_of(item, OURS, name, self._wrong)
        key = name_of(own, "id", name, self._wrong, needed=False) or ""
        labels = item.get("labels") or ["relation"]
        for at, label in enumerate(labels if type(labels) is list else [labels]):
            if type(label) is str:
                link = Relation(key if at == 0 else "", label, source, target)
                self._reading.relations.append(link)
            else:
                self._wrong.append(f"{name} has a label that is not a string.")


def _one(said: JSON) -> JSON:
    """Return a value by itself when it is alone in its list."""
    if type(said) is list and len(said) == 1:
        said = said[0]
    return _BOOLEANS.get(said, said) if type(said) is str else said
