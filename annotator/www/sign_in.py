"""Ways in: links that sign in once, and no open sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotator.accounts.actions import change_password, redeem_sign_in_link
from annotator.accounts.models import SignInLink, User


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        change_password(user=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Count failed sign-ins per username and address, so that one cannot lock out the other."""
        return f"{self.get_client_ip(request)}:{credentials.get('username', '').lower()}"


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button; pressing it uses the link up. (A mail scanner that only looks does not.)"""
    usable = SignInLink.objects.usable(token).exists()
    if request.method == "GET" or not usable:
        context = {"usable": usable}
        return render(request, "account/sign_in_link.html", context, status=200 if usable else 404)
    user = redeem_sign_in_link(token=token)
    if user is None:
        return render(request, "account/sign_in_link.html", {"usable": False}, status=404)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("account")
