"""Who is in a corpus: roles, new members, invitations."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotator.accounts.models import User
from annotator.corpora.actions import LastManager, invite, set_role
from annotator.corpora.models import Corpus, Right
from annotator.www.access import get_corpus
from annotator.www.forms.members import AddMemberForm, InviteForm, RoleForm
from annotator.www.http import AuthedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show the members; POST adds one who has an account already."""
    corpus = get_corpus(request.user, slug, Right.MANAGE_MEMBERS)
    if request.method != "POST":
        return _page(request, corpus)
    form = AddMemberForm(request.POST, corpus=corpus)
    if not form.is_valid():
        return _page(request, corpus, add_form=form, status=422)
    user = form.cleaned_data["username"]
    set_role(corpus=corpus, user=user, role=form.role_chosen(), by=request.user)
    messages.success(request, f"{user.username} is now {form.cleaned_data['role']} of this corpus.")
    return redirect("members", slug)


@require_POST
def member_role(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.MANAGE_MEMBERS)
    user = _member(corpus, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, corpus, problem="Choose one of the four roles.", status=422)
    try:
        set_role(corpus=corpus, user=user, role=form.role_chosen(), by=request.user)
    except LastManager as refusal:
        return _page(request, corpus, problem=str(refusal), status=422)
    messages.success(request, f"{user.username} is now {form.cleaned_data['role']}.")
    return redirect("home" if user == request.user else "members", *_unless_me(request, user, slug))


@require_POST
def member_removal(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """End a membership. What the member read stays."""
    corpus = get_corpus(request.user, slug, Right.MANAGE_MEMBERS)
    user = _member(corpus, pk)
    try:
        set_role(corpus=corpus, user=user, role=None, by=request.user)
    except LastManager as refusal:
        return _page(request, corpus, problem=str(refusal), status=422)
    messages.success(request, f"{user.username} is no longer a member. The readings stay.")
    return redirect("home" if user == request.user else "members", *_unless_me(request, user, slug))


@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: AuthedRequest, slug: str) -> HttpResponse:
    """Make an invitation and show its link, this once: only its hash is stored."""
    corpus = get_corpus(request.user, slug, Right.MANAGE_MEMBERS)
    if request.method != "POST":
        return redirect("members", slug)  # whoever types the address in the bar again
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, corpus, invite_form=form, status=422)
    token = invite(
        corpus=corpus, role=form.role_chosen(), by=request.user, note=form.cleaned_data["note"]
    )
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return _page(request, corpus, link=link, note=form.cleaned_data["note"])


@require_POST
def invitation_withdrawal(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    corpus = get_corpus(request.user, slug, Right.MANAGE_MEMBERS)
    withdrawn, _ = corpus.invitations.pending().filter(pk=pk).delete()
    if not withdrawn:
        raise Http404("There is no such invitation any more.")
    messages.success(request, "The invitation is withdrawn: its link no longer works.")
    return redirect("members", slug)


def _member(corpus: Corpus, pk: int) -> User:
    membership = corpus.memberships.filter(user=pk).select_related("user").first()
    if membership is None:
        raise Http404("This corpus has no such member.")
    return membership.user


def _unless_me(request: AuthedRequest, user: User, slug: str) -> list[str]:
    # Whoever changed the own role may not see this page any more.
    return [] if user == request.user else [slug]


def _page(
    request: AuthedRequest,
    corpus: Corpus,
    *,
    add_form: AddMemberForm | None = None,
    invite_form: InviteForm | None = None,
    status: int = 200,
    **more: str,
) -> HttpResponse:
    context = {
        "corpus": corpus,
        "section": "members",
        "memberships": corpus.memberships.select_related("user").order_by("user__username"),
        "pending": corpus.invitations.pending().order_by("id"),
        "add_form": add_form or AddMemberForm(corpus=corpus),
        "invite_form": invite_form or InviteForm(),
        "roles": RoleForm.base_fields["role"].choices,  # type: ignore[attr-defined]
        **more,
    }
    return render(request, "members/page.html", context, status=status)
