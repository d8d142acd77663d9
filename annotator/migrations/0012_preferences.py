import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotator", "0011_words_of_entities")]
    operations = [
        migrations.CreateModel(
            name="Preferences",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="preferences",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("size", models.PositiveSmallIntegerField(default=100)),
                ("line", models.PositiveSmallIntegerField(default=235)),
                ("measure", models.PositiveSmallIntegerField(default=70)),
                (
                    "face",
                    models.CharField(
                        choices=[("book", "Book"), ("plain", "Plain"), ("wide", "Wide")],
                        default="book",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "preferences",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            size__in=range(90, 180, 10),
                            line__in=range(215, 316, 20),
                            measure__in=range(50, 120, 10),
                        ),
                        name="preferences_are_steps",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(face__in=["book", "plain", "wide"]),
                        name="preferences_face_is_known",
                    ),
                ],
            },
        ),
    ]
