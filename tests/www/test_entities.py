"""Pages of entities: everybody sees who is known, curators change it, every change has a way back."""

import json
import uuid

import pytest

from annotator.readings.actions import apply_edits
from annotator.readings.entities import merge, rename
from annotator.readings.models import Reading, Span, Sweep
from annotator.schemas.models import Entity
from annotator.www.forms.entities import digest
from tests.factories import ArticleFactory, CorpusFactory

URL = "/corpora/news/entities/"
TEXT = "“Late,” said Ines Calado. “Later,” said Marta Calado. “Never,” said Calado."
PLACES = {"Ines Calado": [[13, 24]], "Marta Calado": [[39, 51]], "Calado": [[68, 74]]}


@pytest.fixture
def article(corpus):
    return ArticleFactory(corpus=corpus, text=TEXT, title="Ferries")


@pytest.fixture
def name(article):
    """Let somebody mark a quote and who said it: a speaker's words, and whom they name."""

    def name(by, words, entity):
        reading = Reading.objects.filter(article=article, user=by).first()
        key = str(uuid.uuid4())
        made = [
            ("span", {"id": f"q{key}", "label": "quote", "pieces": [[0, 7]]}),
            ("span", {"id": f"s{key}", "label": "speaker", "pieces": PLACES[words], "entity": entity}),
            ("relation", {"id": key, "type": "said_by", "from": f"q{key}", "to": f"s{key}"}),
        ]  # fmt: skip
        edits = [{"id": str(uuid.uuid4()), "kind": f"add_{part}", part: it} for part, it in made]
        version = reading.version if reading else 0
        apply_edits(article=article, by=by, base_version=version, edits=edits)

    return name


@pytest.fixture
def two(name, alice, bob):
    """Ines Calado, named by Alice twice, once by her surname; Marta Calado, named by Bob."""
    name(alice, "Ines Calado", "Ines Calado")
    name(alice, "Calado", "Ines Calado")
    name(bob, "Marta Calado", "Marta Calado")
    return [Entity.objects.get(name=said) for said in ("Ines Calado", "Marta Calado")]


def page(response) -> str:
    return response.content.decode()


def test_everybody_sees_who_is_known(client_of, two, alice, vera):
    for user in (alice, vera):
        text = page(client_of(user).get(URL))
        assert "Ines Calado" in text
        assert "Marta Calado" in text


def test_a_stranger_sees_nothing(client_of, charlie, two):
    for address in (URL, f"{URL}search/?q=cal", f"{URL}{two[0].pk}/", f"{URL}{two[0].pk}/merger/"):
        assert client_of(charlie).get(address).status_code == 404


def test_a_search_swaps_the_table_alone(client_of, alice, two, htmx):
    text = page(client_of(alice).get(f"{URL}?search=mar", headers=htmx))
    assert text.lstrip().startswith('<section id="entities"')
    assert "Marta Calado" in text
    assert "Ines Calado" not in text


def test_what_is_not_understood_is_left_out(client_of, alice, two):
    response = client_of(alice).get(f"{URL}?order=loud&page=minus&search=")
    assert response.status_code == 200
    assert "Ines Calado" in page(response)


def test_nobody_known_and_nobody_found(client_of, alice, corpus):
    assert "No entities yet" in page(client_of(alice).get(URL))
    assert "Nobody of that name" in page(client_of(alice).get(f"{URL}?search=x"))


def test_fifty_on_a_page(client_of, alice, corpus):
    Entity.objects.bulk_create(Entity(corpus=corpus, name=f"N {n:02}") for n in range(60))
    first, second = (page(client_of(alice).get(f"{URL}?page={n}")) for n in (1, 2))
    assert ("N 49" in first, "N 50" in first, "N 50" in second) == (True, False, True)
    assert "page=2" in first
    assert 'rel="next"' not in second


def test_the_table_takes_few_queries(client_of, alice, two, django_assert_num_queries):
    client = client_of(alice)
    # Session, user, corpus; entities, merged names, mentions, quotes.
    with django_assert_num_queries(7):
        client.get(URL)


def test_one_entity_with_names_words_and_quotes(client_of, bob, two):
    text = page(client_of(bob).get(f"{URL}{two[0].pk}/"))
    assert "2 linked spans, 2 mentions in 1 article" in text
    assert "“Late,”" in text
    assert "?reader=alice" in text


def test_an_annotator_sees_own_quotes_only(client_of, alice, two):
    text = page(client_of(alice).get(f"{URL}{two[1].pk}/"))
    assert "0 linked spans, 0 mentions" in text
    assert "“Late,”" not in text
    assert "bob" not in text


def test_buttons_are_for_who_may_press_them(client_of, alice, bob, two):
    assert "merger/" not in page(client_of(alice).get(f"{URL}{two[0].pk}/"))
    assert "merger/" in page(client_of(bob).get(f"{URL}{two[0].pk}/"))


def test_what_was_merged_leads_on(client_of, alice, bob, two):
    merge(entity=two[0], into=two[1], by=bob)
    response = client_of(alice).get(f"{URL}{two[0].pk}/")
    assert response.headers["Location"] == f"{URL}{two[1].pk}/"
    for part in ("merger/", "split/"):
        answer = client_of(bob).post(f"{URL}{two[0].pk}/{part}")
        assert answer.headers["Location"] == f"{URL}{two[1].pk}/"


def test_entities_of_another_corpus_are_not_found(client_of, bob, two):
    theirs = Entity.objects.create(corpus=CorpusFactory(), name="Theirs")
    assert client_of(bob).get(f"{URL}{theirs.pk}/").status_code == 404
    assert client_of(bob).post(f"{URL}{two[0].pk}/merger/", {"into": theirs.pk}).status_code == 422
    assert "Theirs" not in page(client_of(bob).get(f"{URL}{two[0].pk}/merger/?search=theirs"))


@pytest.mark.parametrize(
    ("part", "sent"),
    [
        ("name/", {"name": "Other"}),
        ("aliases/", {"aliases": "x"}),
        ("merger/", {"into": "marta"}),
        ("split/", {"name": "Other", "words": "calado", "confirm": "1"}),
    ],
)
def test_changes_are_for_curators(client_of, charlie, alice, vera, bob, two, part, sent):
    sent = {**sent, **({"into": two[1].pk} if "into" in sent else {})}
    sent |= {"words": digest("Calado")} if "words" in sent else {}
    address = f"{URL}{two[0].pk}/{part}"
    assert client_of(charlie).post(address, sent).status_code == 404
    for user in (alice, vera):
        assert client_of(user).post(address, sent).status_code == 403
    assert not Sweep.objects.exists()
    assert client_of(bob).post(address, sent).status_code == 302
    assert Sweep.objects.count() == 1


def test_a_change_is_said_beside_a_button_that_undoes_it(client_of, bob, two):
    client = client_of(bob)
    said = page(client.post(f"{URL}{two[0].pk}/name/", {"name": "Inês"}, follow=True))
    reversal = f"/corpora/news/sweeps/{Sweep.objects.get().pk}/reversal/"
    assert "Renamed “Ines Calado” to “Inês”." in said
    assert f'action="{reversal}"' in said
    said = page(client.post(reversal, follow=True))
    assert "Undone: Renamed “Ines Calado” to “Inês”." in said
    assert Entity.objects.filter(name="Ines Calado").exists()


@pytest.mark.parametrize(
    ("part", "sent", "sentence"),
    [
        ("name/", {"name": "Marta Calado"}, "Merge the two instead"),
        ("name/", {"name": ""}, "required"),
        ("name/", {"name": "x\0"}, "Null characters"),
        ("name/", {"name": "x" * 301}, "at most 300"),
        ("aliases/", {"aliases": "x" * 301}, "1 to 300"),
        ("aliases/", {"aliases": ""}, "These are its aliases already"),
    ],
)
def test_what_cannot_be_is_said_in_place(client_of, bob, two, part, sent, sentence):
    response = client_of(bob).post(f"{URL}{two[0].pk}/{part}", sent)
    assert response.status_code == 422
    assert sentence in page(response)


def test_aliases_come_one_in_a_line(client_of, bob, two):
    sent = "the minister\r\n\r\n I. C. \r\nline\u2028separated"
    client_of(bob).post(f"{URL}{two[0].pk}/aliases/", {"aliases": sent})
    two[0].refresh_from_db()
    assert two[0].aliases == ["the minister", "I. C.", "line\u2028separated"]


def test_nobody_is_proposed_for_a_merge(client_of, bob, two):
    text = page(client_of(bob).get(f"{URL}{two[0].pk}/merger/"))
    assert "Marta Calado" not in text
    assert "Marta Calado" in page(client_of(bob).get(f"{URL}{two[0].pk}/merger/?search=calado"))


def test_a_merge_shows_the_evidence_and_what_would_change(client_of, bob, two):
    text = page(client_of(bob).get(f"{URL}{two[0].pk}/merger/?into={two[1].pk}"))
    assert "This would change: 2 spans in 1 reading of 1 article." in text
    for words in ("Ines Calado", "Marta Calado", "“Late,”", "?reader=alice", "?reader=bob"):
        assert words in text
    assert not Sweep.objects.exists()


def test_merges(client_of, bob, two):
    response = client_of(bob).post(f"{URL}{two[0].pk}/merger/", {"into": two[1].pk}, follow=True)
    assert "Merged “Ines Calado” into “Marta Calado”. 2 spans in 1 reading" in page(response)
    assert set(Span.objects.values_list("entity__name", flat=True)) == {None, "Marta Calado"}


@pytest.mark.parametrize("into", ["", "x", "0", "9" * 30, "itself"])
def test_a_merge_into_nobody_is_refused(client_of, bob, two, into):
    sent = {"into": two[0].pk if into == "itself" else into}
    response = client_of(bob).post(f"{URL}{two[0].pk}/merger/", sent)
    assert response.status_code == 422
    assert not Sweep.objects.exists()


def test_a_split_is_shown_first_then_done(client_of, bob, two):
    client, address = client_of(bob), f"{URL}{two[0].pk}/split/"
    assert "Calado" in page(client.get(address))
    sent = {"name": "Rui Calado", "words": digest("Calado")}
    preview = page(client.post(address, sent))
    assert "This would change: 1 span in 1 reading of 1 article." in preview
    assert "“Rui Calado” is new" in preview
    assert not Sweep.objects.exists()
    client.post(address, {**sent, "confirm": "1"})
    assert Span.objects.filter(entity__name="Rui Calado").count() == 1


def test_a_split_into_one_that_there_is_shows_the_evidence(client_of, bob, two):
    sent = {"name": "Marta Calado", "words": digest("Calado")}
    preview = page(client_of(bob).post(f"{URL}{two[0].pk}/split/", sent))
    assert "1 linked span, 1 mention in 1 article" in preview


def test_single_mentions_are_split_off(client_of, bob, two):
    client, address = client_of(bob), f"{URL}{two[0].pk}/split/"
    text = page(client.get(f"{address}?words={digest('Calado')}"))
    [mention] = Span.objects.filter(extent=[(68, 74)])
    assert text.count('name="spans"') == 1
    client.post(address, {"name": "Rui", "spans": mention.pk, "confirm": "1"})
    mention.refresh_from_db()
    assert mention.entity.name == "Rui"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "Rui"}, "at least one mention"),
        ({"name": "", "words": "calado"}, "required"),
        ({"name": "Ines Calado", "words": "calado"}, "the entity itself"),
        ({"name": "Rui", "words": "nope"}, "names it no more"),
        ({"name": "Rui", "spans": "12345"}, "at least one mention"),
        ({"name": "Rui", "spans": "9" * 30}, "names it no more"),
        ({"name": "Rui", "spans": "one"}, "names it no more"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(client_of, bob, two, sent, sentence):
    if sent.get("words") == "calado":
        sent = sent | {"words": digest("Calado")}
    response = client_of(bob).post(f"{URL}{two[0].pk}/split/", sent | {"confirm": "1"})
    assert response.status_code == 422
    assert sentence in page(response)
    assert not Sweep.objects.exists()


def test_looking_up_answers_json(client_of, alice, two):
    found = json.loads(client_of(alice).get(f"{URL}search/?q=in").content)
    assert found == [{"name": "Ines Calado", "aliases": [], "quotes": 2}]
    assert json.loads(client_of(alice).get(f"{URL}search/?q=%00").content) == []
    assert json.loads(client_of(alice).get(f"{URL}search/").content) == []


def test_a_renamed_entity_tells_what_was_done_to_it(client_of, alice, bob, two):
    rename(entity=two[0], name="Inês", by=bob)
    address = f"{URL}{two[0].pk}/"
    assert "Renamed “Ines Calado”" in page(client_of(bob).get(address))
    assert "Renamed “Ines Calado”" not in page(client_of(alice).get(address))
