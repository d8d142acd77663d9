from django.db import migrations, models

KINDS = [
    ("merge_entities", "Merge Entities"),
    ("split_entity", "Split Entity"),
    ("rename_entity", "Rename Entity"),
    ("change_aliases", "Change Aliases"),
    ("rename_label", "Rename Label"),
    ("merge_labels", "Merge Labels"),
    ("split_label", "Split Label"),
    ("retire_label", "Retire Label"),
    ("rename_choice", "Rename Choice"),
    ("merge_choices", "Merge Choices"),
]

# A label in use keeps its key, but for the one that a sweep renames, edits and all.
RENAMES = """
DROP TRIGGER label_in_use_keeps_its_key ON annotator_label;
CREATE TRIGGER label_in_use_keeps_its_key BEFORE UPDATE ON annotator_label
  FOR EACH ROW WHEN ((OLD.key <> NEW.key OR OLD.corpus_id <> NEW.corpus_id)
                     AND OLD.id::text IS DISTINCT FROM current_setting('annotator.renamed', true))
  EXECUTE FUNCTION annotator_keep_used_key();
"""
DROP_RENAMES = """
DROP TRIGGER label_in_use_keeps_its_key ON annotator_label;
CREATE TRIGGER label_in_use_keeps_its_key BEFORE UPDATE ON annotator_label
  FOR EACH ROW WHEN (OLD.key <> NEW.key OR OLD.corpus_id <> NEW.corpus_id)
  EXECUTE FUNCTION annotator_keep_used_key();
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0016_schema_version_of_edits")]
    operations = [
        migrations.RemoveConstraint(model_name="sweep", name="sweep_kind_is_known"),
        migrations.AlterField(
            model_name="sweep",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])),
                name="sweep_kind_is_known",
            ),
        ),
        migrations.RunSQL(RENAMES, DROP_RENAMES),
    ]
