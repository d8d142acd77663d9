"""Schema moves: seen first, then done, and refused in words."""

import re

import pytest

from annotator.readings.models import Span, Sweep
from annotator.schemas.models import Attribute, Label
from tests.readings.test_sweeps import read, save
from tests.www.test_sweeps import page

__all__ = ["read", "save"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read")]

LABELS = "/corpora/news/schema/labels/"
HTMX = {"HTTP_HX_REQUEST": "true"}
CITATION = {"name": "Citation", "key": "citation"}
PARAPHRASE = {"value": "kind=indirect", "name": "Paraphrase", "key": "paraphrase"}


def test_a_rename_is_seen_first_and_then_done(client_of, manuela):
    client = client_of(manuela)
    seen = page(client.get(f"{LABELS}quote/key/", CITATION, **HTMX))
    assert "2 spans in 2 readings of 1 article." in seen
    assert "<html" not in seen
    assert re.findall(r'row">(\w+)</th><td><span[^>]*>([^<]*)<', seen) == [
        ("alice", "submitted"),
        ("bob", "in progress"),
    ]
    assert "“<strong>" not in seen
    assert "The boat is late" in seen
    assert page(client.post(f"{LABELS}quote/key/", CITATION)).count("This would change") == 1
    assert Label.objects.filter(key="quote").exists()
    done = page(client.post(f"{LABELS}quote/key/", {**CITATION, "confirm": "1"}, follow=True))
    assert "Renamed the label “quote” to “citation”. 2 spans in 2 readings of 1 article." in done
    assert f"/sweeps/{Sweep.objects.get().pk}/reversal/" in done
    assert set(Span.objects.filter(key="q").values_list("label__key", flat=True)) == {"citation"}


def test_the_fragment_equals_the_page(client_of, manuela):
    client = client_of(manuela)
    fragment = page(client.get(f"{LABELS}quote/merger/", {"into": "claim"}, **HTMX))
    assert fragment.strip() in page(client.get(f"{LABELS}quote/merger/", {"into": "claim"}))


def test_a_merge_says_what_links_become_and_what_falls_off(client_of, manuela):
    seen = page(client_of(manuela).get(f"{LABELS}quote/merger/", {"into": "claim"}, **HTMX))
    assert "1 link <code>said_by</code> becomes <code>made_by</code>" in seen
    assert "2 spans lose <code>kind</code>" in seen
    seen = page(client_of(manuela).get(f"{LABELS}speaker/merger/", {"into": "claim"}, **HTMX))
    assert "1 link <code>said_by</code> falls off" in seen


def test_a_split_makes_a_label(client_of, manuela):
    sent = {**PARAPHRASE, "confirm": "1"}
    done = page(client_of(manuela).post(f"{LABELS}quote/split/", sent, follow=True))
    assert "Split the label “paraphrase” off “quote” (kind: indirect)." in done
    assert Span.objects.get(label__key="paraphrase").reading.reader == "bob"


def test_what_cannot_be_split_says_why(client_of, manuela):
    Attribute.objects.filter(label__key="claim").delete()
    assert "Nothing to split by" in page(client_of(manuela).get(f"{LABELS}claim/split/"))


def test_choices_become_one(client_of, save, bob, manuela):
    save(bob, "change_span", span={"id": "q", "attributes": {"medium": "thought"}})
    sent = {"value": "thought", "to": "writing", "confirm": "1"}
    url = f"{LABELS}quote/attributes/medium/choices/"
    done = page(client_of(manuela).post(url, sent, follow=True))
    assert "Merged the choice “thought” of quote.medium into “writing”." in done
    assert Span.objects.get(reading__reader="bob", key="q").attributes["medium"] == "writing"
    assert client_of(manuela).get(url.replace("medium", "no_speaker")).status_code == 404


REFUSED = {
    "a key that is taken": ("quote/key/", {"name": "x", "key": "claim"}, "Merge the two instead."),
    "a bad key": ("quote/key/", {"name": "x", "key": "A B"}, "Use small letters"),
    "into nothing": ("quote/merger/", {"into": "quote"}, "Its spans become"),
    "no name": ("quote/split/", {"value": "kind=indirect", "key": "x"}, "A new label needs one."),
    "nothing to split": (
        "quote/split/", {**PARAPHRASE, "value": "kind=mixed"}, "No span of “quote” has kind: mixed",
    ),
    "no such value": ("quote/split/", {**PARAPHRASE, "value": "kind=x"}, "Select a valid choice"),
    "what marks fill in": (
        "quote/attributes/kind/choices/", {"value": "mixed", "to": "both"}, "the quotation marks",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "sent", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_in_words(client_of, manuela, path, sent, sentence):
    client = client_of(manuela)
    for confirm in ({}, {"confirm": "1"}):
        response = client.post(f"{LABELS}{path}", {**sent, **confirm})
        assert response.status_code == 422
        assert sentence in page(response)
    assert sentence in page(client.get(f"{LABELS}{path}", sent, **HTMX))
    assert not Sweep.objects.exists()


def test_moves_are_for_managers(client_of, alice, bob, charlie):
    for path in ("key", "merger", "split", "attributes/kind/choices"):
        assert client_of(charlie).get(f"{LABELS}quote/{path}/").status_code == 404
        for user in (alice, bob):
            assert client_of(user).get(f"{LABELS}quote/{path}/").status_code == 403


def test_retiring_what_is_in_use_can_be_undone(client_of, manuela):
    done = page(client_of(manuela).post(f"{LABELS}quote/retirement/", follow=True))
    assert "Retired the label “quote”: it stays on the spans that have it." in done
    client_of(manuela).post(f"/corpora/news/sweeps/{Sweep.objects.get().pk}/reversal/")
    assert not Label.objects.get(corpus__slug="news", key="quote").retired


def test_a_preview_costs_no_more_for_more_spans(
    client_of, save, bob, manuela, django_assert_max_num_queries
):
    client = client_of(manuela)
    for key in "abcdef":
        save(bob, "add_span", span={"id": key, "label": "quote", "pieces": [[0, 19]]})
    with django_assert_max_num_queries(22):
        client.get(f"{LABELS}quote/merger/", {"into": "claim"}, **HTMX)
