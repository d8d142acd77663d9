import pytest
from django.urls import reverse
from knox.models import AuthToken

from annotator.accounts.actions import make_token
from annotator.accounts.models import User
from annotator.admin import site
from annotator.corpora.actions import invite
from annotator.corpora.models import Role
from annotator.schemas.models import Entity
from tests.factories import ReadingFactory, SpanFactory, UserFactory

MODELS = sorted(site._registry, key=lambda model: model.__name__)
PASSWORD = "wide grey harbour"


@pytest.fixture
def world(article, alice, corpus, manuela):
    SpanFactory(reading=ReadingFactory(article=article))
    Entity.objects.create(corpus=corpus, name="Ines Calado")
    invite(corpus=corpus, role=Role.ANNOTATOR, by=manuela)
    make_token(user=alice, name="x")


def url(model, view: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_superuser_sees_and_searches_every_list(client, root, world, model):
    client.force_login(root)

    assert client.get(url(model, "changelist"), {"q": "1"}).status_code == 200
    row = model._default_manager.first()
    if row is not None:
        assert client.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", [model for model in MODELS if model is not User])
def test_nothing_but_accounts_is_edited_here(client, root, world, model):
    client.force_login(root)
    row = model._default_manager.first()

    assert client.get(url(model, "add")).status_code == 403
    if row is not None:
        assert client.post(url(model, "change", row.pk), {}).status_code == 403
        if model is not AuthToken:
            assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_lists_of_articles_hold_no_text(client, root, world, article):
    client.force_login(root)

    assert (
        article.text
        not in client.get(reverse("admin:annotator_article_changelist")).content.decode()
    )


def test_mere_staff_has_no_door(client, db):
    client.force_login(UserFactory(is_staff=True))

    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get(url(User, "changelist"), follow=True).status_code == 403


def test_admin_has_no_sign_in_of_its_own(client, root):
    response = client.post("/admin/login/", {"username": "root", "password": PASSWORD})

    assert response.headers["Location"].startswith("/accounts/login/")


def test_deactivates_and_opens_again(client, root, alice, world):
    client.force_login(root)
    chosen = {"_selected_action": [alice.pk]}

    client.post(url(User, "changelist"), {"action": "deactivate_users", **chosen})
    alice.refresh_from_db()
    assert not alice.is_active
    assert not AuthToken.objects.filter(user=alice).exists()

    response = client.post(
        url(User, "changelist"), {"action": "reactivate_users", **chosen}, follow=True
    )
    alice.refresh_from_db()
    assert alice.is_active
    assert "http://testserver/sign-in/" in response.content.decode()


def test_nobody_deactivates_himself(client, root):
    client.force_login(root)

    client.post(
        url(User, "changelist"), {"action": "deactivate_users", "_selected_action": [root.pk]}
    )

    root.refresh_from_db()
    assert root.is_active


def test_new_password_ends_tokens(client, root, alice, world):
    client.force_login(root)

    client.post(
        reverse("admin:auth_user_password_change", args=[alice.pk]),
        {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"},
    )

    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert not AuthToken.objects.filter(user=alice).exists()


def test_accounts_are_never_deleted(client, root, alice):
    client.force_login(root)

    assert client.post(url(User, "delete", alice.pk), {"post": "yes"}).status_code == 403


def test_admin_keeps_to_the_policy(client, root):
    client.force_login(root)

    response = client.get("/admin/")

    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert " style=" not in response.content.decode()
