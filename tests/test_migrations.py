"""Migrations that change data, on data."""

from importlib import import_module

import pytest
from django.apps import apps

from annotator.schemas.models import Entity
from tests.factories import CorpusFactory

pytestmark = pytest.mark.django_db


def test_entities_that_were_there_get_their_words(monkeypatch):
    migration = import_module("annotator.migrations.0011_words_of_entities")
    monkeypatch.setattr(migration, "BATCH", 2)
    for number in range(5):
        Entity.objects.create(corpus=CorpusFactory(), name=f"Inês {number}", aliases=["minister"])
    Entity.objects.update(words=[])
    migration.fill(apps, None)
    assert list(Entity.objects.order_by("name").values_list("words", flat=True)) == [
        [str(number), "ines", "minister"] for number in range(5)
    ]
