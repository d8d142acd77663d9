"""Django's admin, for superusers: accounts are kept here, everything else is looked at.

What has rules of its own (schemas, readings, edits) is changed by its pages and actions only.
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from knox.models import AuthToken

from annotator.accounts.actions import change_password, deactivate, make_sign_in_link, reactivate
from annotator.accounts.models import User
from annotator.corpora.models import Article, Corpus, Invitation, Membership
from annotator.readings.models import Edit, Note, Reading, Relation, Span, Sweep
from annotator.releases.models import Release
from annotator.schemas.models import Attribute, Entity, Label, RelationType


class SuperusersOnly(admin.AdminSite):
    """No rights of mere staff, and no sign-in of its own: ours has limits and a second factor."""

    site_header = site_title = "Annotator"
    index_title = "Administration"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied("Administration is for superusers.")
        return redirect_to_login(request.GET.get("next", request.path))


site = SuperusersOnly()


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows that are shown and never edited here."""

    show_full_result_count = False  # counting a large table for a number nobody needs

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class OurPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # not subscriptable
    """A new password given by an administrator ends the user's tokens as well."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        if commit and user.has_usable_password():
            change_password(user=user, password=self.cleaned_data["password1"])
        elif commit:
            user.save()
        return user


@admin.register(User, site=site)
class Users(UserAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    list_display = ("username", "email", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username", "email", "first_name", "last_name")
    readonly_fields = ("is_active", "last_login", "date_joined")
    change_password_form = OurPasswordForm
    fieldsets: ClassVar = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("Account", {"fields": ["is_active", "is_superuser", "last_login", "date_joined"]}),
    ]
    filter_horizontal = ()
    actions = ("deactivate_users", "reactivate_users", "make_links")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # what somebody made names its maker: accounts are shut, not deleted

    @admin.action(description="Deactivate: end sessions, tokens and the password")
    def deactivate_users(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            try:
                deactivate(user=user, by=request.user)  # type: ignore[arg-type]  # signed in
            except ValueError as refusal:
                messages.error(request, str(refusal))

    @admin.action(description="Open again and show a sign-in link")
    def reactivate_users(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            self._show_link(request, user, reactivate(user=user))

    @admin.action(description="Show a sign-in link that works once")
    def make_links(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users.filter(is_active=True):
            self._show_link(request, user, make_sign_in_link(user=user))

    def _show_link(self, request: HttpRequest, user: User, path: str) -> None:
        messages.info(request, f"{user.username}: {request.build_absolute_uri(path)}")


@admin.register(AuthToken, site=site)
class Tokens(LookOnly):
    """API tokens; the secret is not stored, and whoever must not have one loses it here."""

    list_display = ("name", "user", "created", "expiry")
    list_select_related = ("user", "named")
    search_fields = ("user__username", "named__name")
    fields = ("user", "created", "expiry")

    @admin.display(empty_value="no name")
    def name(self, token: AuthToken) -> str | None:
        return token.named.name if hasattr(token, "named") else None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


class Members(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = Membership
    readonly_fields = ("user", "role")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Corpus, site=site)
class Corpora(LookOnly):
    list_display = ("name", "slug", "schema_version", "created_at")
    search_fields = ("name", "slug")
    inlines = (Members,)


@admin.register(Invitation, site=site)
class Invitations(LookOnly):
    list_display = ("corpus", "role", "note", "invited_by", "expires_at", "accepted_by")
    list_select_related = ("corpus", "invited_by", "accepted_by")
    search_fields = ("corpus__name", "note", "invited_by__username", "accepted_by__username")
    exclude = ("token_hash",)


@admin.register(Article, site=site)
class Articles(LookOnly):
    list_display = ("key", "title", "corpus", "length", "created_at")
    list_select_related = ("corpus",)
    list_filter = ("corpus",)
    search_fields = ("key", "title")
    ordering = ("id",)
    exclude = ("search",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).defer("search")


@admin.register(Label, site=site)
class Labels(LookOnly):
    list_display = ("key", "name", "corpus", "shortcut", "retired")
    list_select_related = ("corpus",)
    list_filter = ("retired", "corpus")
    search_fields = ("key", "name")


@admin.register(Attribute, site=site)
class Attributes(LookOnly):
    list_display = ("key", "name", "label", "kind", "retired")
    list_select_related = ("label",)
    search_fields = ("key", "name", "label__key")


@admin.register(RelationType, site=site)
class RelationTypes(LookOnly):
    list_display = ("key", "name", "corpus", "source", "target", "retired")
    list_select_related = ("corpus", "source", "target")
    search_fields = ("key", "name")


@admin.register(Entity, site=site)
class Entities(LookOnly):
    list_display = ("name", "corpus", "created_at")
    list_select_related = ("corpus",)
    search_fields = ("name",)


@admin.register(Reading, site=site)
class Readings(LookOnly):
    list_display = ("article_id", "reader", "origin", "user", "state", "version", "updated_at")
    list_select_related = ("user",)
    list_filter = ("origin", "state")
    search_fields = ("reader", "article__key")
    raw_id_fields = ("article",)


@admin.register(Span, site=site)
class Spans(LookOnly):
    list_display = ("key", "reading_id", "label", "extent", "entity")
    list_select_related = ("label", "entity")
    search_fields = ("=reading__id", "key")


@admin.register(Relation, site=site)
class Relations(LookOnly):
    list_display = ("key", "reading_id", "type", "source_id", "target_id")
    list_select_related = ("type__source", "type__target")
    search_fields = ("=reading__id", "key")


@admin.register(Note, site=site)
class Notes(LookOnly):
    list_display = ("text", "reading_id", "span")
    list_select_related = ("span",)
    search_fields = ("=reading__id", "text")


@admin.register(Edit, site=site)
class Edits(LookOnly):
    list_display = ("id", "reading_id", "version", "kind", "schema_version", "by", "at")
    list_select_related = ("by",)
    list_filter = ("kind",)
    search_fields = ("=reading__id", "by__username")
    ordering = ("-at",)


@admin.register(Sweep, site=site)
class Sweeps(LookOnly):
    list_display = ("sentence", "corpus", "kind", "by", "at", "undone_at")
    list_select_related = ("corpus", "by")
    list_filter = ("kind", "corpus")
    search_fields = ("sentence", "by__username")
    ordering = ("-at",)


@admin.register(Release, site=site)
class Releases(LookOnly):
    list_display = ("corpus", "number", "at", "by", "sha256")
    list_select_related = ("corpus", "by")
