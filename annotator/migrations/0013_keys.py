from django.db import migrations, models

OBJECT = """
ALTER TABLE annotator_preferences
  ADD CONSTRAINT own_keys_are_an_object CHECK (jsonb_typeof(keys) = 'object');
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0012_preferences")]
    operations = [
        migrations.AddField(
            model_name="preferences",
            name="keys",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="preferences",
            name="single_keys",
            field=models.BooleanField(default=True, help_text="whether keys of one character act"),
        ),
        migrations.RunSQL(
            OBJECT, "ALTER TABLE annotator_preferences DROP CONSTRAINT own_keys_are_an_object;"
        ),
    ]
