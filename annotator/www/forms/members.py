"""Forms about who is in a corpus, and how people get in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm

from annotator.accounts.models import User
from annotator.corpora.models import Corpus, Role

_ROLES = [
    (Role.ANNOTATOR.value, "Annotator: reads articles, sees no other person's reading"),
    (
        Role.CURATOR.value,
        "Curator: reads, sees all readings, brings articles in, writes guidelines",
    ),
    (Role.MANAGER.value, "Manager: everything, with schema and members"),
    (Role.VIEWER.value, "Viewer: sees everything, changes nothing"),
]


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=[(role.value, role.label) for role in Role])

    def role_chosen(self) -> Role:
        return Role(self.cleaned_data["role"])


class AddMemberForm(RoleForm):
    """Somebody who has an account already, by the exact username: nobody can be looked up here."""

    username = forms.CharField(
        max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ("username", "role")

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "add_%s"  # two forms of one page ask for a role: each has ids of its own
        self.corpus = corpus
        _explain_roles(self)

    def clean_username(self) -> User:
        username = self.cleaned_data["username"]
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                "Nobody here has exactly this username. Make an invitation instead."
            )
        if self.corpus.memberships.filter(user=user).exists():
            raise forms.ValidationError(f"{username} is a member already.")
        return user


class InviteForm(RoleForm):
    note = forms.CharField(
        label="For whom", max_length=200, required=False, help_text="Only a note for you."
    )
    field_order = ("note", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "invite_%s"
        _explain_roles(self)


def _explain_roles(form: RoleForm) -> None:
    form.fields["role"] = forms.ChoiceField(
        choices=_ROLES, widget=forms.RadioSelect, initial=Role.ANNOTATOR
    )


class NewAccountForm(UserCreationForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The account that an invitation is for."""

    class Meta:
        model = User
        fields = ("username",)
