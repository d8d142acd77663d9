import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0007_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("merge_entities", "Merge Entities"),
                            ("split_entity", "Split Entity"),
                            ("rename_entity", "Rename Entity"),
                            ("change_aliases", "Change Aliases"),
                            ("move_label", "Move Label"),
                            ("retire_label", "Retire Label"),
                        ],
                        max_length=20,
                    ),
                ),
                ("sentence", models.TextField(help_text="what it did")),
                ("counts", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("left", models.JSONField(blank=True, default=list)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="edit",
            name="edit_kind_is_known",
        ),
        migrations.AlterField(
            model_name="edit",
            name="kind",
            field=models.CharField(
                choices=[
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
                    ("sweep", "Sweep"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="edit",
            index=models.Index(
                condition=models.Q(("kind", "sweep")),
                fields=["group", "reading"],
                name="edits_of_a_sweep",
            ),
        ),
        migrations.AddConstraint(
            model_name="edit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "add_span",
                            "change_span",
                            "remove_span",
                            "add_relation",
                            "remove_relation",
                            "undo",
                            "redo",
                            "submit",
                            "skip",
                            "reopen",
                            "import",
                            "sweep",
                        ],
                    )
                ),
                name="edit_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="sweep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sweeps",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sweep",
            name="corpus",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sweeps",
                to="annotator.corpus",
            ),
        ),
        migrations.AddField(
            model_name="sweep",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="sweep",
            index=models.Index(fields=["corpus", "-at"], name="sweep_newest_first"),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "merge_entities",
                            "split_entity",
                            "rename_entity",
                            "change_aliases",
                            "move_label",
                            "retire_label",
                        ],
                    )
                ),
                name="sweep_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="sweep_undone_by_and_at_together",
            ),
        ),
    ]
