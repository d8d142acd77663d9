"""What was done to all readings, and the way back."""

import uuid

import pytest

from annotator.readings.actions import apply_edits
from annotator.readings.entities import merge, rename
from annotator.readings.models import Span, Sweep, SweepKind
from annotator.schemas.models import Entity
from tests.factories import CorpusFactory

URL = "/corpora/news/sweeps/"


def save(article, by, version, kind, span):
    edit = {"id": str(uuid.uuid4()), "kind": kind, "span": span}
    apply_edits(article=article, by=by, base_version=version, edits=[edit])


@pytest.fixture
def merged(corpus, article, alice, bob):
    """Calado, named by Alice, merged into Ines Calado by Bob."""
    span = {"id": "s", "label": "speaker", "pieces": [[25, 36]], "entity": "Calado"}
    save(article, alice, 0, "add_span", span)
    ines = Entity.objects.create(corpus=corpus, name="Ines Calado")
    return merge(entity=Entity.objects.get(name="Calado"), into=ines, by=bob).sweep


def page(response) -> str:
    return response.content.decode()


def test_who_sees_all_readings_sees_what_was_done(client_of, vera, bob, merged):
    for address in (URL, f"{URL}{merged.pk}/"):
        assert "Merged “Calado” into “Ines Calado”" in page(client_of(vera).get(address))
        assert "reversal/" not in page(client_of(vera).get(address))
        assert "reversal/" in page(client_of(bob).get(address))


def test_annotators_and_strangers_do_not(client_of, alice, charlie, merged):
    for address in (URL, f"{URL}{merged.pk}/"):
        assert client_of(alice).get(address).status_code == 403
        assert client_of(charlie).get(address).status_code == 404


def test_nothing_was_done_yet(client_of, bob, corpus):
    assert "Nothing yet" in page(client_of(bob).get(URL))


def test_undoes(client_of, bob, merged):
    said = page(client_of(bob).post(f"{URL}{merged.pk}/reversal/", follow=True))
    assert "1 span in 1 reading of 1 article." in said
    assert "Undone by" in said
    assert Span.objects.get().entity.name == "Calado"


def test_what_stayed_is_listed(client_of, article, alice, bob, merged):
    save(article, alice, 2, "change_span", {"id": "s", "pieces": [[20, 36]]})
    said = page(client_of(bob).post(f"{URL}{merged.pk}/reversal/", follow=True))
    assert "1 span stayed, as somebody changed them since." in said
    assert "What stayed" in said
    assert "said Ines Calado" in said
    assert f'/articles/{article.pk}/?reader=alice"' in said


def test_undo_is_refused_with_a_sentence(client_of, bob, merged):
    client = client_of(bob)
    client.post(f"{URL}{merged.pk}/reversal/", follow=True)
    said = page(client.post(f"{URL}{merged.pk}/reversal/", follow=True))
    assert "This was undone already." in said


def test_undo_is_for_who_may_do_it(client_of, alice, vera, charlie, bob, manuela, corpus, merged):
    address = f"{URL}{merged.pk}/reversal/"
    assert client_of(charlie).post(address).status_code == 404
    for user in (alice, vera):
        assert client_of(user).post(address).status_code == 403
    assert client_of(bob).get(address).status_code == 405
    Sweep.objects.filter(pk=merged.pk).update(kind=SweepKind.MERGE_LABELS)
    assert client_of(bob).post(address).status_code == 403
    assert client_of(manuela).post(address).status_code == 302


def test_what_was_done_elsewhere_is_not_found(client_of, bob):
    elsewhere = Entity.objects.create(corpus=CorpusFactory(), name="x")
    theirs = rename(entity=elsewhere, name="y", by=bob).sweep
    assert client_of(bob).get(f"{URL}{theirs.pk}/").status_code == 404
    assert client_of(bob).post(f"{URL}{theirs.pk}/reversal/").status_code == 404


def test_fifty_on_a_page(client_of, bob, merged):
    entity = Entity.objects.get(name="Ines Calado")
    for number in range(50):
        rename(entity=entity, name=f"Name {number}", by=bob)
    first, second = (page(client_of(bob).get(f"{URL}?page={n}")) for n in (1, 2))
    assert ("Merged" in first, "Merged" in second) == (False, True)
    assert client_of(bob).get(f"{URL}?page=x").status_code == 200
