import uuid

import pytest

from annotator.readings.actions import apply_edits
from annotator.schemas.models import Attribute, Label, RelationType
from annotator.schemas.schema import schema_of
from annotator.www.sample import TEXT, sample
from tests.factories import CorpusFactory

URL = "/corpora/news/schema/"
QUOTE = {
    "name": "Quote",
    "key": "quote",
    "shortcut": "q",
    "colour": "#3b5bdb",
    "style": "solid",
    "description": "",
}
KIND = {
    "name": "kind",
    "key": "kind",
    "kind": "choice",
    "choices": "direct (d)\nindirect (i)\nmixed (m)",
    "preset": "quotation_marks",
}
# Every address that changes something, with what a change needs.
CHANGES = [
    ("labels/", QUOTE | {"name": "Cue", "key": "cue", "shortcut": "v"}),
    ("labels/quote/", QUOTE),
    ("labels/quote/place/", {"direction": "up"}),
    ("labels/quote/retirement/", {}),
    ("labels/quote/attributes/", {"name": "tone", "key": "tone", "kind": "text"}),
    ("labels/quote/attributes/kind/", KIND),
    ("labels/quote/attributes/kind/retirement/", {}),
    ("links/", {"name": "x", "key": "x", "source": "", "target": ""}),
    ("links/said_by/", {"name": "x", "key": "said_by", "source": "", "target": ""}),
    ("links/said_by/retirement/", {}),
]


@pytest.fixture
def used(article, alice):
    """A quote with its kind, linked to a speaker: all three are in use."""
    edits = [
        {"kind": "add_span", "span": {"id": "q1", "label": "quote", "pieces": [[0, 19]]}},
        {"kind": "add_span", "span": {"id": "s1", "label": "speaker", "pieces": [[25, 36]]}},
        {
            "kind": "add_relation",
            "relation": {"id": "r1", "type": "said_by", "from": "q1", "to": "s1"},
        },
    ]
    edits = [edit | {"id": str(uuid.uuid4())} for edit in edits]
    apply_edits(article=article, by=alice, base_version=0, edits=edits)


def label(key: str) -> Label:
    return Label.objects.get(corpus__slug="news", key=key)


def test_member_sees_the_schema_without_buttons(client_of, vera):
    text = client_of(vera).get(URL).content.decode()

    assert "Attributed words" in text
    assert "said_by" in text
    assert "retirement/" not in text


def test_manager_sees_the_buttons(client_of, manuela):
    assert "retirement/" in client_of(manuela).get(URL).content.decode()


def test_stranger_cannot_see_a_schema(client_of, charlie, corpus):
    assert client_of(charlie).get(URL).status_code == 404


def test_page_takes_no_post(client_of, manuela):
    assert client_of(manuela).post(URL).status_code == 405


@pytest.mark.parametrize(("part", "sent"), CHANGES)
def test_changes_are_for_managers(client_of, charlie, bob, manuela, corpus, part, sent):
    before = corpus.schema_version
    assert client_of(charlie).post(f"{URL}{part}", sent).status_code == 404
    assert client_of(bob).post(f"{URL}{part}", sent).status_code == 403
    assert client_of(manuela).put(f"{URL}{part}", sent).status_code == 405
    corpus.refresh_from_db()
    assert corpus.schema_version == before


@pytest.mark.parametrize(("part", "sent"), CHANGES)
def test_forms_are_shown_and_buttons_are_not(client_of, manuela, part, sent):
    is_button = part.endswith(("place/", "retirement/"))

    assert client_of(manuela).get(f"{URL}{part}").status_code == (405 if is_button else 200)


@pytest.mark.parametrize("part", ["labels/nope/", "labels/quote/attributes/nope/", "links/nope/"])
def test_what_is_not_there_is_not_found(client_of, manuela, part):
    assert client_of(manuela).get(f"{URL}{part}").status_code == 404
    assert client_of(manuela).post(f"{URL}{part}retirement/").status_code == 404


def test_labels_of_another_corpus_are_not_found(client_of, manuela):
    Label.objects.create(corpus=CorpusFactory(slug="other"), key="theirs", name="Theirs")

    assert client_of(manuela).get(f"{URL}labels/theirs/").status_code == 404


def test_adds_a_label_at_the_end(client_of, manuela, corpus):
    response = client_of(manuela).post(
        f"{URL}labels/", QUOTE | {"name": "Cue", "key": "cue", "shortcut": "v"}
    )

    corpus.refresh_from_db()
    assert response.headers["Location"] == URL
    assert list(schema_of(corpus).labels) == ["speaker", "quote", "claim", "cue"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "quote"},
        {"shortcut": "q"},
        {"key": "Not Plain"},
        {"key": ""},
        {"name": ""},
        {"shortcut": "Q"},
        {"shortcut": "qq"},
        {"colour": "red"},
        {"colour": "#ffffff;}"},
        {"style": "wavy"},
    ],
)
def test_wrong_label_is_refused(client_of, manuela, corpus, wrong):
    sent = QUOTE | {"name": "Cue", "key": "cue", "shortcut": "v"} | wrong

    assert client_of(manuela).post(f"{URL}labels/", sent).status_code == 422
    assert corpus.labels.count() == 3


def test_changes_a_label(client_of, manuela, used):
    client_of(manuela).post(f"{URL}labels/quote/", QUOTE | {"name": "Quotation", "style": "double"})

    assert (label("quote").name, label("quote").style) == ("Quotation", "double")


def test_key_in_use_stays_whatever_is_sent(client_of, manuela, used):
    client_of(manuela).post(f"{URL}labels/quote/", QUOTE | {"key": "citation"})

    assert label("quote").key == "quote"


def test_unused_key_may_change(client_of, manuela):
    client_of(manuela).post(f"{URL}labels/quote/", QUOTE | {"key": "citation"})

    assert label("citation").name == "Quote"


def test_moves_a_label(client_of, manuela, corpus):
    client_of(manuela).post(f"{URL}labels/quote/place/", {"direction": "up"})

    assert [label.key for label in Label.objects.filter(corpus=corpus)] == [
        "quote",
        "speaker",
        "claim",
    ]


def test_moves_nowhere_else(client_of, manuela):
    sent = {"direction": "sideways"}

    assert client_of(manuela).post(f"{URL}labels/quote/place/", sent).status_code == 422


def test_label_in_use_is_retired_and_comes_back(client_of, manuela, used):
    client = client_of(manuela)

    client.post(f"{URL}labels/quote/retirement/")
    assert label("quote").retired
    client.post(f"{URL}labels/quote/retirement/", {"back": "1"})
    assert not label("quote").retired


def test_unused_label_is_deleted_with_its_links(client_of, manuela, used):
    client_of(manuela).post(f"{URL}labels/claim/retirement/")

    assert not Label.objects.filter(corpus__slug="news", key="claim").exists()
    assert not RelationType.objects.filter(corpus__slug="news", key="made_by").exists()


def test_adds_an_attribute_with_choices(client_of, manuela):
    client_of(manuela).post(
        f"{URL}labels/claim/attributes/",
        {"name": "Topic", "key": "topic", "kind": "choice", "choices": "money (m)\n\n other \n"},
    )

    assert Attribute.objects.get(key="topic").choices == [
        {"value": "money", "shortcut": "m"},
        {"value": "other", "shortcut": ""},
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"choices": ""},
        {"choices": "a\na"},
        {"choices": "a (x)\nb (x)"},
        {"choices": "(x)"},
        {"choices": "x" * 101},
        {"key": "checkworthy"},
        {"key": ""},
        {"kind": "number"},
    ],
)
def test_wrong_attribute_is_refused(client_of, manuela, wrong):
    sent = {"name": "Topic", "key": "topic", "kind": "choice", "choices": "a"} | wrong

    response = client_of(manuela).post(f"{URL}labels/claim/attributes/", sent)

    assert response.status_code == 422
    assert label("claim").attributes.count() == 1


def test_choice_in_use_stays(client_of, manuela, article, alice):
    edit = {
        "id": str(uuid.uuid4()),
        "kind": "add_span",
        "span": {"id": "q", "label": "quote", "pieces": [[0, 5]], "attributes": {"kind": "mixed"}},
    }
    apply_edits(article=article, by=alice, base_version=0, edits=[edit])

    response = client_of(manuela).post(
        f"{URL}labels/quote/attributes/kind/", KIND | {"choices": "direct (d)\nindirect (i)"}
    )

    assert response.status_code == 422
    assert "The choice “mixed” stays: 1 span has it." in response.content.decode()


def test_form_shows_choices_as_they_are_written(client_of, manuela):
    text = client_of(manuela).get(f"{URL}labels/quote/attributes/kind/").content.decode()

    assert "direct (d)\nindirect (i)\nmixed (m)" in text


def test_adds_a_link(client_of, manuela):
    client_of(manuela).post(
        f"{URL}links/",
        {
            "name": "repeats",
            "key": "repeats",
            "source": label("quote").pk,
            "target": label("quote").pk,
        },
    )

    assert RelationType.objects.get(key="repeats").source == label("quote")


def test_one_link_for_each_pair(client_of, manuela):
    sent = {"name": "x", "key": "x", "source": label("quote").pk, "target": label("speaker").pk}

    assert client_of(manuela).post(f"{URL}links/", sent).status_code == 422


def test_link_stays_in_its_corpus(client_of, manuela):
    other = CorpusFactory(slug="other")
    foreign = Label.objects.get(corpus=other, key="claim").pk
    sent = {"name": "x", "key": "x", "source": label("quote").pk, "target": foreign}

    assert client_of(manuela).post(f"{URL}links/", sent).status_code == 422


def test_link_in_use_keeps_its_ends(client_of, manuela, used):
    sent = {
        "name": "spoken by",
        "key": "said_by",
        "source": label("claim").pk,
        "target": label("quote").pk,
    }

    client_of(manuela).post(f"{URL}links/said_by/", sent)

    type_ = RelationType.objects.get(corpus__slug="news", key="said_by")
    assert (type_.name, type_.source.key, type_.target.key) == ("spoken by", "quote", "speaker")


def test_link_comes_back_unless_another_took_its_place(client_of, manuela, used):
    client = client_of(manuela)
    client.post(f"{URL}links/said_by/retirement/")
    ends = {"source": label("quote").pk, "target": label("speaker").pk}
    client.post(f"{URL}links/", {"name": "told by", "key": "told_by", **ends})

    response = client.post(f"{URL}links/said_by/retirement/", {"back": "1"}, follow=True)

    assert "“told by” links these two labels now" in response.content.decode()
    assert RelationType.objects.get(corpus__slug="news", key="said_by").retired


def test_names_are_shown_literally(client_of, manuela):
    Label.objects.filter(pk=label("quote").pk).update(name="<b>", description="<i>")

    text = client_of(manuela).get(URL).content.decode()

    assert "&lt;b&gt;" in text
    assert "<i>" not in text


def test_sample_prints_its_text_unchanged_under_every_label(corpus):
    runs = sample(schema_of(corpus))

    assert "".join(run.text for run in runs) == TEXT
    assert {rule.key for run in runs for rule in run.begins} == {"speaker", "quote", "claim"}


def test_sample_has_room_for_labels_that_it_does_not_know(corpus):
    for number in range(9):
        Label.objects.create(corpus=corpus, key=f"own{number}", name="Own", order=9)

    runs = sample(schema_of(CorpusFactory._meta.model.objects.get(pk=corpus.pk)))

    assert "".join(run.text for run in runs) == TEXT


def test_costs_the_same_however_many_labels(client_of, manuela, corpus, django_assert_num_queries):
    for number in range(5):
        Label.objects.create(corpus=corpus, key=f"own{number}", name="Own")
    client = client_of(manuela)
    client.get(URL)

    with django_assert_num_queries(6):
        client.get(URL)
