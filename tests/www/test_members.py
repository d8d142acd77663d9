import re

import pytest

from annotator.corpora.actions import invite
from annotator.corpora.models import Invitation, Membership, Role
from tests.factories import UserFactory

URL = "/corpora/news/members/"


def role_of(user) -> str | None:
    return (
        Membership.objects.filter(user=user, corpus__slug="news")
        .values_list("role", flat=True)
        .first()
    )


def test_manager_sees_the_members_and_open_invitations(client_of, manuela, alice, corpus):
    invite(corpus=corpus, role=Role.ANNOTATOR, by=manuela, note="Ana <night desk>")

    text = client_of(manuela).get(URL).content.decode()

    assert "alice" in text
    assert "Ana &lt;night desk&gt;" in text


def test_members_are_for_managers(client_of, charlie, bob, corpus):
    assert client_of(charlie).get(URL).status_code == 404
    assert client_of(bob).get(URL).status_code == 403
    assert client_of(bob).post(URL, {"username": "charlie", "role": "manager"}).status_code == 403


def test_members_page_takes_no_put(client_of, manuela):
    assert client_of(manuela).put(URL).status_code == 405


def test_adds_who_has_exactly_this_username(client_of, manuela, charlie):
    response = client_of(manuela).post(URL, {"username": "charlie", "role": "viewer"})

    assert response.headers["Location"] == URL
    assert role_of(charlie) == "viewer"


@pytest.mark.parametrize("username", ["charli", "CHARLIE", "", "nobody", "alice", "x" * 200])
def test_adds_nobody_else(client_of, manuela, alice, charlie, username):
    response = client_of(manuela).post(URL, {"username": username, "role": "manager"})

    assert response.status_code == 422
    assert role_of(charlie) is None
    assert role_of(alice) == "annotator"


def test_deactivated_people_are_not_added(client_of, manuela):
    gone = UserFactory(username="gone", is_active=False)

    assert client_of(manuela).post(URL, {"username": "gone", "role": "viewer"}).status_code == 422
    assert role_of(gone) is None


def test_changes_a_role(client_of, manuela, alice):
    client_of(manuela).post(f"{URL}{alice.pk}/role/", {"role": "curator"})

    assert role_of(alice) == "curator"


def test_unknown_role_is_refused(client_of, manuela, alice):
    response = client_of(manuela).post(f"{URL}{alice.pk}/role/", {"role": "emperor"})

    assert response.status_code == 422
    assert role_of(alice) == "annotator"


@pytest.mark.parametrize(("part", "sent"), [("role", {"role": "viewer"}), ("removal", {})])
def test_last_manager_stays(client_of, manuela, part, sent):
    response = client_of(manuela).post(f"{URL}{manuela.pk}/{part}/", sent)

    assert response.status_code == 422
    assert "needs a manager" in response.content.decode()
    assert role_of(manuela) == "manager"


def test_manager_may_leave_when_another_is_there(client_of, manuela, alice):
    client = client_of(manuela)
    client.post(f"{URL}{alice.pk}/role/", {"role": "manager"})

    response = client.post(f"{URL}{manuela.pk}/removal/")

    assert response.headers["Location"] == "/"
    assert role_of(manuela) is None


def test_removes_a_member(client_of, manuela, alice):
    client_of(manuela).post(f"{URL}{alice.pk}/removal/")

    assert role_of(alice) is None


@pytest.mark.parametrize("part", ["role", "removal"])
def test_changing_members_is_for_managers(client_of, manuela, alice, bob, charlie, part):
    url = f"{URL}{alice.pk}/{part}/"

    assert client_of(charlie).post(url, {"role": "viewer"}).status_code == 404
    assert client_of(bob).post(url, {"role": "viewer"}).status_code == 403
    assert client_of(manuela).get(url).status_code == 405
    assert (
        client_of(manuela).post(f"{URL}{charlie.pk}/{part}/", {"role": "viewer"}).status_code == 404
    )
    assert role_of(alice) == "annotator"


def test_invitation_link_is_shown_once(client_of, manuela, corpus):
    client = client_of(manuela)

    text = client.post(
        "/corpora/news/invitations/", {"role": "annotator", "note": "Ana"}
    ).content.decode()

    assert "http://testserver/invitations/" in text
    assert "http://testserver/invitations/" not in client.get(URL).content.decode()
    assert Invitation.objects.get().invited_by == manuela


def test_invitations_are_made_by_managers(client_of, charlie, bob, manuela, corpus):
    url = "/corpora/news/invitations/"

    assert client_of(charlie).post(url, {"role": "manager"}).status_code == 404
    assert client_of(bob).post(url, {"role": "manager"}).status_code == 403
    assert client_of(manuela).get(url).url == URL
    assert client_of(manuela).post(url, {"role": "emperor"}).status_code == 422
    assert not Invitation.objects.exists()


def test_withdrawn_invitation_opens_no_door(client_of, manuela, client, corpus):
    token = invite(corpus=corpus, role=Role.ANNOTATOR, by=manuela)
    pk = Invitation.objects.get().pk

    response = client_of(manuela).post(f"/corpora/news/invitations/{pk}/withdrawal/")

    assert response.headers["Location"] == URL
    assert client.get(f"/invitations/{token}/").status_code == 404


def test_withdrawing_is_for_managers_of_this_corpus(client_of, charlie, bob, manuela, corpus):
    invite(corpus=corpus, role=Role.ANNOTATOR, by=manuela)
    pk = Invitation.objects.get().pk
    url = f"/corpora/news/invitations/{pk}/withdrawal/"

    assert client_of(charlie).post(url).status_code == 404
    assert client_of(charlie).post(url.replace("news", "elsewhere")).status_code == 404
    assert client_of(bob).post(url).status_code == 403
    assert client_of(manuela).get(url).status_code == 405
    assert Invitation.objects.exists()


def test_every_field_of_the_page_has_an_id_of_its_own(client_of, manuela):
    page = client_of(manuela).get("/corpora/news/members/").content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
