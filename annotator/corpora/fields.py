"""Column types that the corpora need and Django does not have."""

import json
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Json


class OrderedJSONField(models.JSONField):
    """JSON that comes out as it went in, keys in their order: PostgreSQL's ``json``, not ``jsonb``."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:  # Any: JSON
        # Django would hand it over as jsonb, and the cast to json would come too late for the order.
        return None if value is None else Json(value, dumps=_dumps)

    def from_db_value(self, value: Any, *_: object) -> Any:
        return value  # psycopg has read it: Django switches that off for jsonb only


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
