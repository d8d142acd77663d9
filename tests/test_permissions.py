"""Every URL × method × person, against one table of expected answers: ``permissions.txt``.

The URLs are read from the resolver, so one that is new and not in the table fails the run, and so
does a row whose URL is gone. Requests carry an empty body: who may do a thing and sends nothing is
told so (422), who may not is refused before that is looked at.
"""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from annotator.accounts.actions import make_sign_in_link, make_token
from annotator.accounts.models import User
from annotator.corpora.actions import invite
from annotator.corpora.models import Article, Corpus, Invitation, Role
from annotator.readings.actions import apply_edits
from annotator.readings.entities import rename
from annotator.releases.actions import make_release
from annotator.releases.recipe import Recipe
from annotator.schemas.models import Entity
from tests.factories import ReadingFactory, SpanFactory, UserFactory, join
from tests.jobs.jobs import an_export, seen_worker

TABLE = Path(__file__).with_name("permissions.txt")
PEOPLE = ["anonymous", "charlie", "vera", "alice", "bob", "manuela", "root", "gone", "token"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
JOB_URLS = [
    f"{prefix}job{what}"
    for prefix in ("", "api:")
    for what in ("", "-cancellation", "-confirmation", "-file", "-losses", "-mapping")
]
# Django's admin has a hundred URLs with one rule: superusers only, and everything answers.
ADMIN = "admin:"
ENTITY = (
    "entity",
    "entity-name",
    "entity-aliases",
    "entity-merger",
    "entity-split",
    "entity-quotes",
    "entity-mentions",
)
LINK = [f"{prefix}relation-type{what}" for prefix in ("", "api:") for what in ("", "-retirement")]
SWEEP = [f"{prefix}sweep{what}" for prefix in ("", "api:") for what in ("", "-reversal")]


def walk(patterns, prefix="", namespace="") -> Iterator[tuple[str, str]]:
    """Yield (name, route) of every URL that the product answers."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}", prefix + str(pattern.pattern)


URLS = sorted({name for name, _ in walk(get_resolver().url_patterns)})
OURS = [name for name in URLS if not name.startswith(ADMIN)]


@pytest.fixture
def world(article, alice, bob, manuela, vera, charlie, root):
    """A corpus with one of everything, and how each URL is filled in with it."""
    apply_edits(
        article=article,
        by=alice,
        base_version=0,
        edits=[
            {
                "id": "6f3c0c52-6f4e-4b8a-9a57-0d4f9b2f3d10",
                "kind": "add_span",
                "span": {"id": "q1", "label": "quote", "pieces": [[0, 19]]},
            }
        ],
    )
    SpanFactory(reading=ReadingFactory(article=article, reader="gold"))
    gone = UserFactory(username="gone")
    join(article.corpus, gone, Role.ANNOTATOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    entity = Entity.objects.create(corpus=article.corpus, name="Ines Calado")
    sweep = rename(entity=entity, name="Inês Calado", by=bob).sweep
    job = an_export(corpus=article.corpus, by=bob, lost=b"{}\n")
    seen_worker(-3600)  # the walk takes a while
    # Of readings that edits made: a factory's have no history.
    recipe = Recipe(states=("in_progress",), readers=("alice",))
    made = make_release(corpus=article.corpus, recipe=recipe, by=bob)
    token = invite(corpus=article.corpus, role=Role.ANNOTATOR, by=manuela)
    return {
        "slug": article.corpus.slug,
        "pk": article.pk,
        "article_id": article.pk,
        "number": made.number,
        "path": "README.md",
        "key": "quote",
        "attribute_key": "kind",
        **{f"{name}.key": "said_by" for name in LINK},
        **{f"{name}.pk": entity.pk for name in ENTITY},
        **{f"api:{name}.pk": entity.pk for name in ENTITY},
        **{f"{name}.pk": sweep.pk for name in SWEEP},
        "username": "alice",
        "api:invitation.pk": Invitation.objects.get().pk,
        **{f"{name}.pk": job.pk for name in JOB_URLS},
        "member-role.pk": alice.pk,
        "member-removal.pk": alice.pk,
        "invitation-withdrawal.pk": Invitation.objects.get().pk,
        "invitation.token": token,
        "sign-in-link.token": make_sign_in_link(user=vera).rstrip("/").rsplit("/", 1)[1],
        "digest": "0" * 8,
        "uidb36": "1",
    }


def address(name: str, world: dict) -> str:
    """Return a URL of this name about the world; ``token`` is a secret that depends on the page."""
    for values in get_resolver_params(name):
        kwargs = {param: world.get(f"{name}.{param}", world.get(param)) for param in values}
        return reverse(name, kwargs=kwargs)
    raise LookupError(name)


def get_resolver_params(name: str) -> Iterator[list[str]]:
    *namespaces, last = name.split(":")
    resolver = get_resolver()
    for namespace in namespaces:
        resolver = resolver.namespace_dict[namespace][1]
    for possibilities, *_ in resolver.reverse_dict.getlist(last):
        for _, params in possibilities:
            yield params


def client_of(person: str, enforce_csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf, raise_request_exception=False)
    if person == "token":
        secret = make_token(user=User.objects.get(username="alice"))
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    elif person == "gone":
        # Signed in first, deactivated then: the session must be worth nothing.
        User.objects.filter(username="gone").update(is_active=True)
        client.force_login(User.objects.get(username="gone"))
        User.objects.filter(username="gone").update(is_active=False)
    elif person != "anonymous":
        client.force_login(User.objects.get(username=person))
    return client


def answer(client: Client, method: str, url: str):
    """Send a request and take back what it did."""
    cookies = deepcopy(client.cookies)
    cache.clear()  # limits on sign-in are another test's matter
    with transaction.atomic():
        body = {} if method == "GET" else {"content_type": "application/json", "data": "{}"}
        if method == "POST" and "/api/" not in url:
            body = {"data": {}}
        response = client.generic(method, url, **body) if method not in ("GET", "POST") else (
            client.get(url) if method == "GET" else client.post(url, **body)
        )  # fmt: skip
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out must not sign out for the rest of the walk
    return response


def expected() -> dict[tuple[str, str], list[str]]:
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            name, method, *answers = line.split()
            rows[name, method] = answers
    return rows


@pytest.mark.django_db
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_gets_what_the_table_says(person, world):
    table = expected()
    column = PEOPLE.index(person)
    client = client_of(person)
    wrong = []
    for name in OURS:
        url = address(name, world)
        for method in METHODS:
            said = str(answer(client, method, url).status_code)
            row = table.get((name, method))
            if row is None:
                # Not in the table: nobody may do it, and no method is answered by accident.
                if said not in ("405", "302", "401"):
                    wrong.append(f"{name} {method}: {said}, and no row in the table")
            elif row[column] != said:
                wrong.append(f"{name} {method}: {said}, not {row[column]}")
    assert not wrong, f"{person}:\n" + "\n".join(wrong)


def test_the_table_names_every_url_and_no_other():
    rows = {name for name, _ in expected()}
    assert set(OURS) - rows == set(), "URLs without a row"
    assert rows - set(OURS) == set(), "rows without a URL"


@pytest.mark.django_db
@pytest.mark.parametrize("person", [p for p in PEOPLE if p != "root"])
def test_the_admin_is_for_superusers(person, world):
    client = client_of(person)
    for route in admin_routes():
        assert client.get(route).status_code in (302, 403, 404), route


@pytest.mark.django_db
def test_the_admin_answers_superusers(world):
    client = client_of("root")
    for route in admin_routes():
        assert answer(client, "GET", route).status_code in (200, 301, 302, 400, 403, 404, 405), (
            route
        )


def admin_routes() -> list[str]:
    return [
        "/" + route.replace("<path:object_id>", "1").replace("<path:", "<").replace("^", "")
        for name, route in walk(get_resolver().url_patterns)
        if name.startswith(ADMIN) and "<int" not in route and "(?P" not in route
    ]


@pytest.mark.django_db
def test_every_answer_carries_the_policy(world):
    for person in ("anonymous", "charlie", "manuela"):
        client = client_of(person)
        for name in OURS:
            response = answer(client, "GET", address(name, world))
            policy = response.headers.get("Content-Security-Policy", "")
            assert "script-src 'self'" in policy, name
            assert "unsafe" not in policy, name
            assert "Content-Security-Policy-Report-Only" not in response.headers


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_written_without_a_csrf_token(method, world):
    client = client_of("root", enforce_csrf=True)
    before = tables()
    for name in OURS:
        status = answer(client, method, address(name, world)).status_code
        assert status in (403, 405), f"{method} {name}: {status}"
    assert tables() == before


@pytest.mark.django_db
def test_looking_changes_nothing(world):
    for person in ("manuela", "alice", "root"):
        client = client_of(person)
        before = tables()
        for name in OURS:
            response = client.get(address(name, world))
            if response.streaming:
                b"".join(response.streaming_content)
        assert tables() == before, person


def tables() -> dict[str, str]:
    """Return a checksum of every table but those of sessions, limits and the like."""
    sums = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in ("django_session", "annotator_cache", "annotator_pace"):
                continue
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
            )
            sums[table] = cursor.fetchone()[0]
    return sums


@pytest.mark.django_db
def test_a_strangers_pages_never_name_what_is_not_his(world, charlie, article):
    """A canary in every text of the corpus: no page, list or export shows it to Charlie."""
    canary = "zxcanary"
    with connection.cursor() as cursor:  # what is in a release says what it said
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE annotator_article DISABLE TRIGGER USER")
    Corpus.objects.filter(pk=article.corpus_id).update(name=canary, description=canary)
    Article.objects.filter(pk=article.pk).update(title=canary, meta={canary: canary})
    client = client_of("charlie")
    for name in OURS:
        if name == "invitation":
            continue  # whoever holds an invitation is told to what
        response = client.get(address(name, world))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert canary.encode() not in body, name
