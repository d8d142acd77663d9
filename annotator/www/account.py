"""One's own account: password, second factor, API tokens, and how one likes to read."""

import json

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from knox.models import AuthToken

from annotator.accounts.actions import make_token, revoke_token
from annotator.accounts.models import Preferences
from annotator.www.forms.account import ComfortForm, KeysForm, TokenForm
from annotator.www.http import AuthedRequest


@require_safe
def account(request: AuthedRequest) -> HttpResponse:
    return _page(request)


@require_POST
def tokens(request: AuthedRequest) -> HttpResponse:
    """Make a token and show it, this once: only its hash is stored."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    name = form.cleaned_data["name"]
    secret = make_token(user=request.user, name=name, lifetime=form.lifetime())
    return _page(request, secret=secret, secret_name=name)


@require_POST
def token_revocation(request: AuthedRequest, digest: str) -> HttpResponse:
    if not revoke_token(user=request.user, digest=digest):
        raise Http404("There is no such token any more.")
    messages.success(request, "The token is revoked: nothing gets in with it any more.")
    return redirect("account")


@require_POST
def comfort(request: AuthedRequest) -> HttpResponse:
    """Keep how article text should look; the page that asks looks so already."""
    form = ComfortForm(request.POST)
    if not form.is_valid():
        return HttpResponse("There is no such step.", status=422, content_type="text/plain")
    Preferences.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
    return HttpResponse(status=204)


@require_POST
def keys(request: AuthedRequest) -> HttpResponse:
    """Keep one's own keys of the desk: all of them, or, with none, those of the markup again."""
    form = KeysForm(request.POST)
    if not form.is_valid():
        return HttpResponse("There is no such key.", status=422, content_type="text/plain")
    Preferences.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, "Your keys are saved.")
    return redirect("account")


def _page(
    request: AuthedRequest, *, form: TokenForm | None = None, status: int = 200, **more: str
) -> HttpResponse:
    preferences = Preferences.of(request.user)
    valid = AuthToken.objects.filter(user=request.user, expiry__gt=timezone.now())
    context = {
        "form": form or TokenForm(),
        "tokens": valid.select_related("named").order_by("created"),
        "has_password": request.user.has_usable_password(),
        "has_second_factor": is_mfa_enabled(request.user),
        "preferences": preferences,
        "own_keys": json.dumps(preferences.keys, ensure_ascii=False),
        "api": request.build_absolute_uri("/api/v1/"),
        **more,
    }
    return render(request, "account/page.html", context, status=status)
