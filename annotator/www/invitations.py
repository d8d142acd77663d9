"""The other end of an invitation: the only way in which an account is made."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotator.corpora.actions import accept_invitation, join_with_new_account
from annotator.corpora.models import Invitation
from annotator.www.forms.members import NewAccountForm


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is for; POST joins, with the account signed in or with a new one."""
    found = Invitation.objects.usable(token).select_related("corpus", "invited_by").first()
    if found is None:
        return _gone(request)
    context = {"invitation": found, "form": NewAccountForm(), "token": token}
    if request.method != "POST":
        return render(request, "invitations/page.html", context)
    if request.user.is_authenticated:
        corpus = accept_invitation(token=token, user=request.user)
        if corpus is None:
            return _gone(request)
        messages.success(request, f"You are now a member of {corpus.name}.")
        return redirect("corpus", corpus.slug)
    form = NewAccountForm(request.POST)
    if not form.is_valid():
        return render(request, "invitations/page.html", context | {"form": form}, status=422)
    made = join_with_new_account(
        token=token,
        username=form.cleaned_data["username"],
        password=form.cleaned_data["password1"],
    )
    if made is None:
        return _gone(request)
    user, corpus = made
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    messages.success(request, f"Welcome, {user.username}. This is {corpus.name}.")
    return redirect("corpus", corpus.slug)


def _gone(request: HttpRequest) -> HttpResponse:
    """Say the same of a link that never was, is used, withdrawn or too old."""
    return render(request, "invitations/gone.html", status=404)
