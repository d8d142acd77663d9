import secrets

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import annotator.corpora.fields

# A release stays as it was frozen, with all that is needed to make it again: its readings at their
# versions (edits are kept anyway), the names of its entities, and what its articles say.
GUARDS = """
CREATE TRIGGER releases_stay_as_frozen BEFORE UPDATE OR DELETE ON annotator_release
  FOR EACH ROW WHEN (OLD.sha256 <> '')
  EXECUTE FUNCTION annotator_refuse('a release stays as it was frozen');

CREATE FUNCTION annotator_keep_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM touched t JOIN annotator_release r ON r.id = t.release_id
             WHERE r.sha256 <> '') THEN
    RAISE EXCEPTION 'a release stays as it was frozen'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER nothing_is_added_to_a_release AFTER INSERT ON annotator_releasedreading
  REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_keep_released();
CREATE TRIGGER nothing_changes_in_a_release AFTER UPDATE ON annotator_releasedreading
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_keep_released();
CREATE TRIGGER nothing_leaves_a_release AFTER DELETE ON annotator_releasedreading
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_keep_released();
CREATE TRIGGER no_name_is_added_to_a_release AFTER INSERT ON annotator_releasedentity
  REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_keep_released();
CREATE TRIGGER no_name_changes_in_a_release AFTER UPDATE ON annotator_releasedentity
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_keep_released();
CREATE TRIGGER no_name_leaves_a_release AFTER DELETE ON annotator_releasedentity
  REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_keep_released();

CREATE FUNCTION annotator_keep_released_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM annotator_releasedreading WHERE article_id = OLD.id) THEN
    RAISE EXCEPTION 'the article “%” is in a release, so what it says stays', OLD.key
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER released_articles_say_what_they_said BEFORE UPDATE ON annotator_article
  FOR EACH ROW WHEN (OLD.key <> NEW.key OR OLD.title <> NEW.title
                     OR OLD.meta::text <> NEW.meta::text)
  EXECUTE FUNCTION annotator_keep_released_article();

CREATE FUNCTION annotator_keep_released_reader() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM annotator_releasedreading WHERE reading_id = OLD.id) THEN
    RAISE EXCEPTION 'a reading of “%” is in a release, so its reader stays', OLD.reader
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER released_readings_keep_their_reader BEFORE UPDATE ON annotator_reading
  FOR EACH ROW WHEN (OLD.reader <> NEW.reader OR OLD.origin <> NEW.origin
                     OR OLD.article_id <> NEW.article_id)
  EXECUTE FUNCTION annotator_keep_released_reader();
"""
DROP_GUARDS = """
DROP TRIGGER released_readings_keep_their_reader ON annotator_reading;
DROP FUNCTION annotator_keep_released_reader();
DROP TRIGGER released_articles_say_what_they_said ON annotator_article;
DROP FUNCTION annotator_keep_released_article();
DROP TRIGGER no_name_leaves_a_release ON annotator_releasedentity;
DROP TRIGGER no_name_changes_in_a_release ON annotator_releasedentity;
DROP TRIGGER no_name_is_added_to_a_release ON annotator_releasedentity;
DROP TRIGGER nothing_leaves_a_release ON annotator_releasedreading;
DROP TRIGGER nothing_changes_in_a_release ON annotator_releasedreading;
DROP TRIGGER nothing_is_added_to_a_release ON annotator_releasedreading;
DROP FUNCTION annotator_keep_released();
DROP TRIGGER releases_stay_as_frozen ON annotator_release;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0013_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(help_text="1, 2, … in its corpus", null=True),
                ),
                (
                    "key",
                    models.CharField(default=secrets.token_hex, max_length=64, unique=True),
                ),
                ("recipe", models.JSONField()),
                ("schema_version", models.PositiveIntegerField()),
                ("manifest", annotator.corpora.fields.OrderedJSONField()),
                ("sha256", models.CharField(blank=True, help_text="of SHA256SUMS", max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "corpus",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="annotator.corpus",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReleasedEntity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entity", models.BigIntegerField()),
                ("name", models.CharField(max_length=300)),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entities",
                        to="annotator.release",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "released entities",
            },
        ),
        migrations.CreateModel(
            name="ReleasedReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("split", models.CharField(default="train", max_length=12)),
                ("shard", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="released",
                        to="annotator.article",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="released",
                        to="annotator.reading",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="annotator.release",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                fields=("corpus", "number"), name="one_release_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", None), ("sha256", "")),
                    models.Q(("number__gte", 1), models.Q(("sha256", ""), _negated=True)),
                    _connector="OR",
                ),
                name="release_has_a_number_once_frozen",
            ),
        ),
        migrations.AddConstraint(
            model_name="releasedentity",
            constraint=models.UniqueConstraint(
                fields=("release", "entity"), name="entity_once_in_a_release"
            ),
        ),
        migrations.AddIndex(
            model_name="releasedreading",
            index=models.Index(
                fields=["release", "split", "shard", "article", "reading"], name="released_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="releasedreading",
            constraint=models.UniqueConstraint(
                fields=("release", "reading"), name="reading_once_in_a_release"
            ),
        ),
        migrations.AddConstraint(
            model_name="releasedreading",
            constraint=models.CheckConstraint(
                condition=models.Q(("split__in", ["train", "validation", "test", "aside"])),
                name="split_is_known",
            ),
        ),
        migrations.RunSQL(GUARDS, DROP_GUARDS),
    ]
