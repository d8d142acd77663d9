"""Migrations that change data, on data."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from annotator.readings.models import Edit
from annotator.schemas.models import Entity
from tests.factories import CorpusFactory, ReadingFactory

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


def test_edits_that_were_there_stay_and_name_no_schema():
    [added] = import_module(
        "annotator.migrations.0016_schema_version_of_edits"
    ).Migration.operations
    reading = ReadingFactory()
    with connection.schema_editor() as editor, connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.remove_field(Edit, Edit._meta.get_field(added.name))
        cursor.execute(
            'INSERT INTO annotator_edit (id, reading_id, version, kind, "group", before, after,'
            " fingerprint) VALUES (gen_random_uuid(), %s, 1, 'submit', gen_random_uuid(),"
            " '{}', '{}', 'x')",
            [reading.pk],
        )
        added.field.set_attributes_from_name(added.name)
        editor.add_field(Edit, added.field)
    assert Edit.objects.get().schema_version is None
    with pytest.raises(IntegrityError, match="edits are kept"):
        Edit.objects.update(schema_version=1)
