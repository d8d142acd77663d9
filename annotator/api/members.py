"""Who is in a corpus: members and their roles, and invitations."""

from http import HTTPStatus

from django.contrib.auth.models import AbstractUser
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.accounts.models import User
from annotator.api.base import ApiView, user_of
from annotator.api.bodies import Body, body_of
from annotator.api.errors import Refused
from annotator.api.once import IDEMPOTENCY_KEY, once
from annotator.corpora.actions import LastManager, invite, set_role
from annotator.corpora.models import Corpus, Invitation, Right, Role
from annotator.www.access import get_corpus

LONGEST_USERNAME = AbstractUser._meta.get_field("username").max_length


class MemberSerializer(serializers.Serializer[object]):
    username = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)


class MembersSerializer(serializers.Serializer[object]):
    results = MemberSerializer(many=True)


class InvitationSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    role = serializers.ChoiceField(Role.choices)
    note = serializers.CharField(allow_blank=True, help_text="whom it is for")
    invited_by = serializers.CharField()
    expires_at = serializers.DateTimeField()


class InvitationsSerializer(serializers.Serializer[object]):
    results = InvitationSerializer(many=True)


class InvitedSerializer(serializers.Serializer[object]):
    link = serializers.URLField(help_text="lets one person in; it cannot be shown again")


class RoleBody(Body):
    role = serializers.ChoiceField(Role.choices)


class MemberBody(RoleBody):
    username = serializers.CharField(max_length=LONGEST_USERNAME)


class InvitationBody(RoleBody):
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class Members(ApiView):
    @extend_schema(operation_id="members_list", responses=MembersSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Who is in a corpus, and as what."""
        corpus = get_corpus(user_of(request), slug, Right.MANAGE_MEMBERS)
        rows = corpus.memberships.order_by("user__username").values_list("user__username", "role")
        return Response({"results": [{"username": name, "role": role} for name, role in rows]})

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=MemberBody, responses={201: MemberSerializer}
    )
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """Take in somebody who has an account already, by the exact username."""
        corpus = get_corpus(user_of(request), slug, Right.MANAGE_MEMBERS)
        said = body_of(request, MemberBody)

        def make() -> Response:
            user = User.objects.filter(username=said["username"], is_active=True).first()
            if user is None:
                raise Refused("Nobody here has exactly this username. Make an invitation instead.")
            if corpus.memberships.filter(user=user).exists():
                raise Refused(f"{user.username} is a member already.")
            return _given(request, corpus, user, Role(said["role"]), HTTPStatus.CREATED)

        return once(request, make)


class MemberDetail(ApiView):
    @extend_schema(request=RoleBody, responses=MemberSerializer)
    def put(self, request: Request, slug: str, username: str) -> Response:
        """Give a member another role."""
        corpus = get_corpus(user_of(request), slug, Right.MANAGE_MEMBERS)
        user = _member(corpus, username)
        role = Role(body_of(request, RoleBody)["role"])
        return _given(request, corpus, user, role, HTTPStatus.OK)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """End a membership. What the member read stays."""
        corpus = get_corpus(user_of(request), slug, Right.MANAGE_MEMBERS)
        try:
            set_role(corpus=corpus, user=_member(corpus, username), role=None, by=user_of(request))
        except LastManager as refusal:
            raise Refused(str(refusal)) from refusal
        return Response(status=HTTPStatus.NO_CONTENT)


class Invitations(ApiView):
    @extend_schema(operation_id="invitations_list", responses=InvitationsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The invitations that nobody has accepted yet; their links are not known here."""
        corpus = get_corpus(user_of(request), slug, Right.MANAGE_MEMBERS)
        pending = corpus.invitations.pending().select_related("invited_by").order_by("id")
        return Response({"results": [_invitation(one) for one in pending]})

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=InvitationBody, responses={201: InvitedSerializer}
    )
    def post(self, request: Request, slug: str) -> HttpResponseBase:
        """Make a link by which somebody new gets an account and a role."""
        corpus, by = get_corpus(user_of(request), slug, Right.MANAGE_MEMBERS), user_of(request)
        said = body_of(request, InvitationBody)

        def make() -> Response:
            token = invite(corpus=corpus, role=Role(said["role"]), by=by, note=said["note"])
            link = request.build_absolute_uri(reverse("invitation", args=[token]))
            return Response({"link": link}, status=HTTPStatus.CREATED)

        return once(request, make, secret=True)


class InvitationDetail(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Withdraw an invitation: its link no longer works."""
        corpus = get_corpus(user_of(request), slug, Right.MANAGE_MEMBERS)
        withdrawn, _ = corpus.invitations.pending().filter(pk=pk).delete()
        if not withdrawn:
            raise Http404("There is no such invitation any more.")
        return Response(status=HTTPStatus.NO_CONTENT)


def _member(corpus: Corpus, username: str) -> User:
    membership = corpus.memberships.filter(user__username=username).select_related("user").first()
    if membership is None:
        raise Http404("This corpus has no such member.")
    return membership.user


def _given(
    request: Request, corpus: Corpus, user: User, role: Role, status: HTTPStatus
) -> Response:
    try:
        set_role(corpus=corpus, user=user, role=role, by=user_of(request))
    except LastManager as refusal:
        raise Refused(str(refusal)) from refusal
    return Response({"username": user.username, "role": role.value}, status=status)


def _invitation(invitation: Invitation) -> dict[str, object]:
    return {
        "id": invitation.pk,
        "role": invitation.role,
        "note": invitation.note,
        "invited_by": invitation.invited_by.username,
        "expires_at": invitation.expires_at,
    }
