"""What every page has in common before its view runs."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import View


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every view asks for a signed-in user unless it says ``login_not_required``.

    htmx would swap the sign-in page into the middle of a page, so it is told to leave the page
    instead: 401, with the address to go to.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase] | View
    ) -> HttpResponseBase:
        if not getattr(request, "htmx", False):
            return super().handle_no_permission(request, view_func)
        back = request.htmx.current_url_abs_path or reverse("home")  # type: ignore[attr-defined]
        response = HttpResponse("Your session has ended. Sign in again.", status=401)
        response["HX-Redirect"] = f"{reverse('account_login')}?{urlencode({'next': back})}"
        return response


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep pages of signed-in people out of every cache that outlives the session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    return middleware
