import django.db.models.deletion
from django.db import migrations, models

# A note lies in the reading of its span.
NOTES = """
CREATE FUNCTION annotator_check_notes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM new_rows n JOIN annotator_span s ON s.id = n.span_id
             WHERE s.reading_id <> n.reading_id) THEN
    RAISE EXCEPTION 'a note is on a span of another reading'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER new_notes_fit AFTER INSERT ON annotator_note
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_check_notes();
CREATE TRIGGER changed_notes_fit AFTER UPDATE ON annotator_note
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_check_notes();
"""
DROP_NOTES = """
DROP TRIGGER changed_notes_fit ON annotator_note;
DROP TRIGGER new_notes_fit ON annotator_note;
DROP FUNCTION annotator_check_notes();
"""
KINDS = [
    ("add_span", "Add Span"),
    ("change_span", "Change Span"),
    ("remove_span", "Remove Span"),
    ("add_relation", "Add Relation"),
    ("remove_relation", "Remove Relation"),
    ("set_note", "Set Note"),
    ("undo", "Undo"),
    ("redo", "Redo"),
    ("submit", "Submit"),
    ("skip", "Skip"),
    ("reopen", "Reopen"),
    ("import", "Import"),
    ("sweep", "Sweep"),
]


class Migration(migrations.Migration):
    dependencies = [("annotator", "0008_sweeps")]
    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=2000)),
                (
                    "reading",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="annotator.reading",
                    ),
                ),
                (
                    "span",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="annotator.span",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.UniqueConstraint(
                fields=("reading", "span"), name="one_note_per_span", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(condition=~models.Q(text=""), name="note_has_a_text"),
        ),
        migrations.RunSQL(NOTES, DROP_NOTES),
        migrations.RemoveConstraint(model_name="edit", name="edit_kind_is_known"),
        migrations.AlterField(
            model_name="edit",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="edit",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _ in KINDS]), name="edit_kind_is_known"
            ),
        ),
    ]
