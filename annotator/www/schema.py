"""The schema editor: labels with their attributes, relation types, and a sample sentence."""

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError
from django.forms import ModelForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotator.corpora.models import Corpus, Right
from annotator.readings import labels
from annotator.readings.sweeps import SweepBusy
from annotator.schemas.actions import (
    Part,
    SchemaRefused,
    bring_back,
    is_used,
    move_label,
    retire,
    save_attribute,
    save_label,
    save_relation_type,
)
from annotator.schemas.models import Attribute, Label, RelationType
from annotator.schemas.schema import schema_of
from annotator.www.access import get_corpus
from annotator.www.forms.schema import AttributeForm, LabelForm, RelationTypeForm
from annotator.www.http import AuthedRequest
from annotator.www.sample import sample
from annotator.www.sweeps import say_done


@require_safe
def schema(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show the schema to every member; managers get the buttons."""
    corpus = get_corpus(request.user, slug)
    found = list(Label.objects.filter(corpus=corpus).prefetch_related("attributes"))
    types = RelationType.objects.filter(corpus=corpus).select_related("source", "target")
    context = {
        "corpus": corpus,
        "section": "schema",
        "sample": sample(schema_of(corpus)),
        "labels": [label for label in found if not label.retired],
        "retired_labels": [label for label in found if label.retired],
        "relation_types": types,
        "may_edit": corpus.allows(Right.EDIT_SCHEMA),
    }
    return render(request, "schema/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_label(request: AuthedRequest, slug: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    form = LabelForm(_sent(request), instance=Label(corpus=corpus))
    return _edit(request, corpus, form, lambda: save_label(label=form.instance), "A new label")


@require_http_methods(["GET", "HEAD", "POST"])
def label(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    changed = get_label(corpus, key)
    title = f"Label {changed.name}"
    form = LabelForm(_sent(request), instance=changed)
    return _edit(request, corpus, form, lambda: save_label(label=form.instance), title)


@require_POST
def label_place(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    direction = request.POST.get("direction")
    if direction not in ("up", "down"):
        return HttpResponse("“direction” is up or down.", status=422)
    move_label(label=get_label(corpus, key), up=direction == "up")
    return redirect("schema", slug)


@require_POST
def label_retirement(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    return _retire(request, corpus, get_label(corpus, key))


@require_http_methods(["GET", "HEAD", "POST"])
def new_attribute(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    owner = get_label(corpus, key)
    form = AttributeForm(_sent(request), instance=Attribute(label=owner))
    title = f"A new attribute of {owner.name}"
    return _edit(request, corpus, form, lambda: save_attribute(attribute=form.instance), title)


@require_http_methods(["GET", "HEAD", "POST"])
def attribute(request: AuthedRequest, slug: str, key: str, attribute_key: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    changed = get_attribute(corpus, key, attribute_key)
    title = f"Attribute {changed.name} of {changed.label.name}"
    form = AttributeForm(_sent(request), instance=changed)
    return _edit(request, corpus, form, lambda: save_attribute(attribute=form.instance), title)


@require_POST
def attribute_retirement(
    request: AuthedRequest, slug: str, key: str, attribute_key: str
) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    return _retire(request, corpus, get_attribute(corpus, key, attribute_key))


@require_http_methods(["GET", "HEAD", "POST"])
def new_relation_type(request: AuthedRequest, slug: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    form = RelationTypeForm(_sent(request), instance=RelationType(corpus=corpus), corpus=corpus)
    return _edit(
        request,
        corpus,
        form,
        lambda: save_relation_type(relation_type=form.instance),
        "A new kind of link",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def relation_type(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    changed = get_relation_type(corpus, key)
    title = f"Link {changed.name}"
    form = RelationTypeForm(_sent(request), instance=changed, corpus=corpus)
    return _edit(
        request, corpus, form, lambda: save_relation_type(relation_type=form.instance), title
    )


@require_POST
def relation_type_retirement(request: AuthedRequest, slug: str, key: str) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.EDIT_SCHEMA)
    return _retire(request, corpus, get_relation_type(corpus, key))


def _sent(request: AuthedRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def get_label(corpus: Corpus, key: str) -> Label:
    found = Label.objects.filter(corpus=corpus, key=key).select_related("corpus").first()
    if found is None:
        raise Http404("This corpus has no such label.")
    return found


def get_attribute(corpus: Corpus, label_key: str, key: str) -> Attribute:
    attributes = Attribute.objects.filter(label__corpus=corpus, label__key=label_key, key=key)
    found = attributes.select_related("label__corpus").first()
    if found is None:
        raise Http404("This label has no such attribute.")
    return found


def get_relation_type(corpus: Corpus, key: str) -> RelationType:
    types = RelationType.objects.filter(corpus=corpus, key=key)
    found = types.select_related("corpus", "source", "target").first()
    if found is None:
        raise Http404("This corpus has no such kind of link.")
    return found


def _edit(
    request: AuthedRequest,
    corpus: Corpus,
    form: "ModelForm[Label] | ModelForm[Attribute] | ModelForm[RelationType]",
    save: Callable[[], Part],
    title: str,
) -> HttpResponse:
    """Show a form, or save what it holds; a refusal stands above the form."""
    part = form.instance
    used = not part._state.adding and is_used(part)
    if used:
        for name in {"key", "kind", "source", "target"} & set(form.fields):
            form.fields[name].disabled = True
    context = {"corpus": corpus, "section": "schema", "form": form, "title": title, "used": used}
    if request.method != "POST":
        return render(request, "schema/form.html", context)
    if form.is_valid():
        try:
            save()
        except SchemaRefused as refusal:
            form.add_error(None, str(refusal))
        except IntegrityError:
            # Between the form's look and the lock somebody else took the key, letter or pair.
            form.add_error(None, "Somebody changed the schema at the same time. Try again.")
        else:
            messages.success(request, f"“{part.name}” is saved.")
            return redirect("schema", corpus.slug)
    return render(request, "schema/form.html", context, status=422)


def _retire(request: AuthedRequest, corpus: Corpus, part: Part) -> HttpResponse:
    """Retire or delete a part; with ``back`` offer it again."""
    if not request.POST.get("back"):
        if isinstance(part, Label) and is_used(part):
            return _sweep_away(request, corpus, part)
        deleted = retire(part=part)
        done = "deleted" if deleted else "retired: it stays on the spans that have it"
        messages.success(request, f"“{part.name}” is {done}.")
        return redirect("schema", corpus.slug)
    try:
        bring_back(part=part)
    except SchemaRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("schema", corpus.slug)
    messages.success(request, f"“{part.name}” is offered again.")
    return redirect("schema", corpus.slug)


def _sweep_away(request: AuthedRequest, corpus: Corpus, label: Label) -> HttpResponse:
    try:
        say_done(request, labels.retire(label=label, by=request.user))
    except SweepBusy as refusal:
        messages.error(request, str(refusal))
    return redirect("schema", corpus.slug)
