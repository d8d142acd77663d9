from django.db import migrations, models


class Migration(migrations.Migration):
    # Edits that are there stay untouched: nobody noted by which version they were made.
    dependencies = [("annotator", "0015_answers_and_pace")]
    operations = [
        migrations.AddField(
            model_name="edit",
            name="schema_version",
            field=models.PositiveIntegerField(
                help_text="of the schema by which it was made; none before that was noted",
                null=True,
            ),
        ),
    ]
