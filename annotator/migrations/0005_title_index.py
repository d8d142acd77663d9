import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index over whole titles refused long ones: it takes their beginning instead."""

    dependencies = [("annotator", "0004_token_name")]
    operations = [
        migrations.RemoveIndex(model_name="article", name="article_by_title"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                "corpus",
                django.db.models.functions.text.Left("title", 200),
                "id",
                name="article_by_title",
            ),
        ),
    ]
