"""What every page has in common before its view runs."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from annotator.www.errors import too_large

View_ = TypeVar("View_", bound=Callable[..., HttpResponse])
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every view asks for a signed-in user unless it says ``login_not_required``.

    htmx would swap the sign-in page into the middle of a page, so it is told to leave the page
    instead: 401, with the address to go to.
    """

    def handle_no_permission(  # type: ignore[override]  # Django itself returns what it likes
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
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


def takes_uploads(view: View_) -> View_:
    """Let a view be sent whole files, up to ``MAX_UPLOAD_BYTES``."""
    view.takes_uploads = True  # type: ignore[attr-defined]
    return view


class BodyLimitMiddleware:
    """Refuse a body that is too large before anything reads it, by the length it declares.

    The CSRF check reads the whole form, whoever sends it, so this stands before it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.content_type not in FORMS:
            return None  # what is no form is read by its view, piece by piece
        uploads = getattr(view_func, "takes_uploads", False)
        most = settings.MAX_UPLOAD_BYTES if uploads else settings.MAX_FORM_BYTES
        if int(request.META.get("CONTENT_LENGTH") or 0) <= most:
            return None
        return too_large(request, most)
