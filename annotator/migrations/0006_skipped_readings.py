from django.db import migrations, models

KINDS = [
    ("add_span", "Add Span"),
    ("change_span", "Change Span"),
    ("remove_span", "Remove Span"),
    ("add_relation", "Add Relation"),
    ("remove_relation", "Remove Relation"),
    ("undo", "Undo"),
    ("redo", "Redo"),
    ("submit", "Submit"),
    ("skip", "Skip"),
    ("reopen", "Reopen"),
    ("import", "Import"),
]
STATES = [("in_progress", "in progress"), ("submitted", "Submitted"), ("skipped", "Skipped")]


class Migration(migrations.Migration):
    dependencies = [("annotator", "0005_title_index")]
    operations = [
        migrations.RemoveConstraint(model_name="edit", name="edit_kind_is_known"),
        migrations.RemoveConstraint(model_name="reading", name="reading_state_is_known"),
        migrations.AddField(
            model_name="reading",
            name="skip_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="none in what was imported",
                max_length=500,
            ),
        ),
        migrations.AlterField(
            model_name="edit",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AlterField(
            model_name="reading",
            name="state",
            field=models.CharField(choices=STATES, default="in_progress", max_length=12),
        ),
        migrations.AddConstraint(
            model_name="edit",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _ in KINDS]), name="edit_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=[state for state, _ in STATES]),
                name="reading_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(skip_reason="") | models.Q(state="skipped"),
                name="only_what_is_skipped_has_a_reason",
            ),
        ),
    ]
