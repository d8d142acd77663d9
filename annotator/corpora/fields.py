"""Column types that the corpora need and Django does not have."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class OrderedJSONField(models.JSONField):
    """JSON that comes out as it went in, keys in their order: PostgreSQL's ``json``, not ``jsonb``."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"
