"""All models in one place for Django; each lives in the package of its domain."""

from annotator.accounts.models import Answer, Pace, Preferences, SignInLink, TokenName, User
from annotator.corpora.models import Article, Corpus, Invitation, Membership
from annotator.jobs.models import Job
from annotator.readings.models import Edit, Note, Reading, Relation, Span, Sweep
from annotator.releases.models import Release, ReleasedEntity, ReleasedReading
from annotator.schemas.models import Attribute, Entity, Label, RelationType

__all__ = [
    "Answer",
    "Article",
    "Attribute",
    "Corpus",
    "Edit",
    "Entity",
    "Invitation",
    "Job",
    "Label",
    "Membership",
    "Note",
    "Pace",
    "Preferences",
    "Reading",
    "Relation",
    "RelationType",
    "Release",
    "ReleasedEntity",
    "ReleasedReading",
    "SignInLink",
    "Span",
    "Sweep",
    "TokenName",
    "User",
]
