import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import annotator.schemas.fields

# What was merged into another entity is a name that leads there: no span names it, nothing is
# merged into it, and both are of one corpus. So a name leads to its entity in one step.
SPANS = """
CREATE OR REPLACE FUNCTION annotator_check_spans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad text;
BEGIN
  SELECT format('span %s: ', s.key) || CASE
      WHEN upper(s.extent) > a.length THEN 'its extent leaves the text'
      WHEN l.corpus_id <> a.corpus_id THEN 'its label is of another corpus'
      WHEN e.corpus_id <> a.corpus_id THEN 'its entity is of another corpus'
      ELSE 'its entity was merged into another' END
    INTO bad
    FROM new_rows s
    JOIN annotator_reading r ON r.id = s.reading_id
    JOIN annotator_article a ON a.id = r.article_id
    JOIN annotator_label l ON l.id = s.label_id
    LEFT JOIN annotator_entity e ON e.id = s.entity_id
    WHERE upper(s.extent) > a.length OR l.corpus_id <> a.corpus_id OR e.corpus_id <> a.corpus_id
       OR e.merged_into_id IS NOT NULL
    LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION '%', bad USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
"""
SPANS_BEFORE = SPANS.replace(
    """
      WHEN e.corpus_id <> a.corpus_id THEN 'its entity is of another corpus'
      ELSE 'its entity was merged into another' END""",
    """
      ELSE 'its entity is of another corpus' END""",
).replace(
    """
       OR e.merged_into_id IS NOT NULL""",
    "",
)
MERGED = """
CREATE FUNCTION annotator_check_merged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad text;
BEGIN
  IF EXISTS (SELECT FROM annotator_span WHERE entity_id = NEW.id) THEN
    bad := 'spans name it';
  ELSIF EXISTS (SELECT FROM annotator_entity WHERE merged_into_id = NEW.id) THEN
    bad := 'others are merged into it';
  ELSIF EXISTS (SELECT FROM annotator_entity t WHERE t.id = NEW.merged_into_id
                AND (t.merged_into_id IS NOT NULL OR t.corpus_id <> NEW.corpus_id)) THEN
    bad := 'what it goes into was merged itself, or is of another corpus';
  END IF;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'entity %: %', NEW.name, bad
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER merged_entity_is_a_name_only BEFORE INSERT OR UPDATE ON annotator_entity
  FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
  EXECUTE FUNCTION annotator_check_merged();
"""
DROP_MERGED = """
DROP TRIGGER merged_entity_is_a_name_only ON annotator_entity;
DROP FUNCTION annotator_check_merged();
"""
# The words of a span, as formats.document.surface makes them.
SURFACE = """
CREATE FUNCTION annotator_surface(words text, extent int4multirange) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (SELECT string_agg(substr(words, lower(p) + 1, upper(p) - lower(p)), ' ' ORDER BY lower(p))
          FROM unnest(extent) p);
"""
DROP_SURFACE = """
DROP FUNCTION annotator_surface(text, int4multirange);
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0009_notes")]
    operations = [
        migrations.AddField(
            model_name="entity",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="annotator.entity",
            ),
        ),
        migrations.AddField(
            model_name="entity",
            name="words",
            field=annotator.schemas.fields.WordsField(
                base_field=models.TextField(), default=list, editable=False, size=None
            ),
        ),
        migrations.AlterField(
            model_name="entity",
            name="corpus",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entities",
                to="annotator.corpus",
            ),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(fields=["corpus", "-id"], name="entity_newest_first"),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(models.F("words"), function="array_to_tsvector"),
                name="entity_by_words",
            ),
        ),
        migrations.RunSQL(SPANS, SPANS_BEFORE),
        migrations.RunSQL(MERGED, DROP_MERGED),
        migrations.RunSQL(SURFACE, DROP_SURFACE),
    ]
