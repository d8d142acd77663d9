"""A corpus in which every text that people can fill in is an attack, under the name of its column."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command
from django.utils import timezone

from annotator.accounts.actions import make_sign_in_link, make_token
from annotator.accounts.models import User
from annotator.corpora.actions import invite
from annotator.corpora.models import Article, Corpus, Invitation, Role
from annotator.jobs.models import Job
from annotator.readings.actions import apply_edits
from annotator.readings.entities import change_aliases, merge
from annotator.readings.models import Sweep
from annotator.releases.actions import make_release
from annotator.releases.recipe import Recipe
from annotator.schemas.models import Attribute, Entity, Label, RelationType, bump_schema_version
from tests.factories import (
    ArticleFactory,
    CorpusFactory,
    ReadingFactory,
    SpanFactory,
    UserFactory,
    join,
)
from tests.jobs.jobs import an_export, an_import, run, seen_worker

ATTACK = (
    '"><img src=x onerror=window.__x=1><script>window.__x=1</script>{{7*7}}'
    '<a href="javascript:window.__x=1" hx-get="/x" hx-on::load="window.__x=1">'
)
# As much of it as every column holds and every page shows.
SHOWN = ATTACK[: ATTACK.index("{{7*7}}") + len("{{7*7}}")]
COLUMNS = [
    "corpus name",
    "description",
    "guidelines",
    "article title",
    "article key",
    "article text",
    "meta key",
    "meta value",
    "label name",
    "label description",
    "attribute name",
    "choice",
    "text value",
    "link name",
    "entity",
    "alias",
    "merged name",
    "other entity",
    "span key",
    "reader",
    "skip reason",
    "note on a span",
    "note on the article",
    "release note",
    "licence",
    "invitation",
    "token",
    "file name",
    "problem",
]
ENTITY = ("entity", "entity-merger", "entity-split")
JOB_URLS = ("", "-cancellation", "-confirmation", "-file", "-mapping")
EMAIL = "manuela@example.org"
PASSWORD = "correct horse battery"
SECRET = generate_totp_secret()


def attack(column: str, most: int = 200) -> str:
    return f"{column} {ATTACK}"[:most]


@contextmanager
def planted() -> Iterator[dict]:
    """Make the corpus; yield how an address is filled in with it, as ``test_permissions.world``."""
    try:
        yield plant()
    finally:
        call_command("flush", interactive=False, verbosity=0)


def plant() -> dict:
    corpus = CorpusFactory(
        slug="news",
        name=attack("corpus name"),
        description=attack("description"),
        guidelines=f"# {attack('guidelines')}\n\n[a](javascript:window.__x=1) {ATTACK}\n\n> {ATTACK}"
        f"\n\n| a | b |\n|---|---|\n| {ATTACK} | b |\n\n```\n{ATTACK}\n```\n",
    )
    _poison_schema(corpus)
    article = _article(corpus)
    manuela, alice = (UserFactory(username=name) for name in ("manuela", "alice"))
    join(corpus, manuela, Role.MANAGER)
    join(corpus, alice, Role.ANNOTATOR)
    for user in (manuela, alice):
        _read(article, user)
        make_token(user=user, name=attack("token", 100))
    reading = ReadingFactory(
        article=article,
        reader=attack("reader"),
        state="skipped",
        skip_reason=attack("skip reason"),
    )
    SpanFactory(reading=reading, key=attack("span key"))
    join(CorpusFactory(slug="empty", template=False), manuela, Role.MANAGER)
    new = UserFactory(username="nina")
    new.set_unusable_password()
    new.save()
    TOTP.activate(alice, SECRET)
    RecoveryCodes.activate(alice)
    User.objects.filter(pk=manuela.pk).update(email=EMAIL)
    EmailAddress.objects.create(user=manuela, email=EMAIL, primary=True, verified=True)
    token = invite(corpus=corpus, role=Role.CURATOR, by=manuela, note=attack("invitation"))
    looked = _jobs(corpus, manuela)
    entity, sweep = _entities(corpus, manuela)
    for note in ("", attack("release note")):
        recipe = Recipe(states=("in_progress",), readers=("alice", "manuela")[: 1 + bool(note)],
                        license=attack("licence", 200), note=note)  # fmt: skip
        made = make_release(corpus=corpus, recipe=recipe, by=manuela)
    return {
        "slug": corpus.slug,
        "pk": article.pk,
        **{f"job{what}.pk": looked.pk for what in JOB_URLS},
        **{f"{name}.pk": entity.pk for name in ENTITY},
        **{f"{name}.pk": sweep.pk for name in ("sweep", "sweep-reversal")},
        "number": made.number,
        "path": "README.md",
        "key": "quote",
        "attribute_key": "tone",
        "relation-type.key": "said_by",
        "invitation-withdrawal.pk": Invitation.objects.get().pk,
        "invitation.token": token,
        "sign-in-link.token": make_sign_in_link(user=new).rstrip("/").rsplit("/", 1)[1],
        "digest": "0" * 8,
        "uidb36": "1",
    }


def _entities(corpus: Corpus, by: User) -> tuple[Entity, Sweep]:
    """Give the entity that is named other names; return it with a change of which something stayed."""
    entity = Entity.objects.get(corpus=corpus)
    change_aliases(entity=entity, aliases=[attack("alias")], by=by)
    old = Entity.objects.create(corpus=corpus, name=attack("merged name"))
    done = merge(entity=old, into=entity, by=by).sweep
    Entity.objects.create(corpus=corpus, name=attack("other entity"))
    [span, *_] = entity.spans.all()
    done.undone_by, done.undone_at, done.left = by, timezone.now(), [[span.reading_id, span.key]]
    done.save()
    return entity, done


def _jobs(corpus: Corpus, by: User) -> Job:
    """Make a job of every state; return the one that looked at a file."""
    seen_worker(-3600)
    an_export(corpus=corpus, by=by)
    line = {"id": "b", "title": ATTACK, "text": ATTACK, "reader": ATTACK}
    content = json.dumps(line).encode()
    failed = an_import(corpus=corpus, by=by, content=b"{", name=attack("problem"))
    run(failed)
    looked = an_import(
        corpus=corpus, by=by, content=content, name=attack("file name"), dry_run=True
    )
    run(looked)
    running = an_import(corpus=corpus, by=by)
    Job.objects.filter(pk=running.pk).update(
        state="running", done=20, total=70, heartbeat=timezone.now() + timedelta(hours=1)
    )
    return looked


def _poison_schema(corpus: Corpus) -> None:
    quote = Label.objects.get(corpus=corpus, key="quote")
    quote.name = attack("label name", 100)
    quote.description = attack("label description")
    quote.save()
    Attribute.objects.create(
        label=quote, key="note", name=attack("attribute name", 100), kind="text", order=8
    )
    choices = [{"value": attack("choice", 100), "shortcut": "t"}]
    Attribute.objects.create(
        label=quote, key="tone", name="Tone", kind="choice", choices=choices, order=9
    )
    RelationType.objects.filter(corpus=corpus).update(name=attack("link name", 100))
    bump_schema_version(corpus)


def _article(corpus: Corpus) -> Article:
    text = f"“{attack('article text')}” said {ATTACK}.\n\n“{ATTACK}” \U0001f6a2\n\n"
    meta = {attack("meta key"): attack("meta value"), "source": ATTACK, "published": ATTACK}
    return ArticleFactory(
        corpus=corpus,
        key=attack("article key"),
        title=attack("article title", 1000),
        text=text,
        meta=meta,
    )


KINDS = {"span": "add_span", "relation": "add_relation", "note": "set_note"}


def _read(article: Article, user: User) -> None:
    """Mark a quote and its speaker, link them, and leave a quote open."""
    quote, speaker, link = (attack(f"{kind} key") for kind in ("span", "speaker", "link"))
    attributes = {"note": attack("text value"), "tone": attack("choice", 100)}
    said = article.text.index(f"said {ATTACK}") + len("said ")
    opened = article.text.index(f"“{ATTACK}”")
    made = [
        ("span", {"id": speaker, "label": "speaker", "pieces": [[said, said + len(ATTACK)]],
                  "entity": attack("entity")}),
        ("span", {"id": quote, "label": "quote", "pieces": [[0, 20], [30, 60]],
                  "attributes": attributes}),
        ("span", {"id": attack("open"), "label": "quote", "pieces": [[opened, opened + 40]]}),
        ("relation", {"id": link, "type": "said_by", "from": quote, "to": speaker}),
        ("note", {"span": quote, "text": attack("note on a span")}),
        ("note", {"span": None, "text": attack("note on the article")}),
    ]  # fmt: skip
    edits = [
        {"id": f"00000000-0000-4000-8000-{user.pk:06}{number:06}", "kind": KINDS[part], part: it}
        for number, (part, it) in enumerate(made)
    ]
    apply_edits(article=article, by=user, base_version=0, edits=edits)
