from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 1000


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the entities that are there the words by which they are looked up."""
    entities = apps.get_model("annotator", "Entity").objects
    last = 0
    while batch := list(entities.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        for entity in batch:
            entity._meta.get_field("words").pre_save(entity, add=False)
        entities.bulk_update(batch, ["words"])


class Migration(migrations.Migration):
    dependencies = [("annotator", "0010_merged_entities")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
