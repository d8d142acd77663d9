"""What the database refuses by itself, whoever writes: pages, API, import, admin or psql.

Checks that need other rows are triggers on the statement, not on the row: an import of 70,000
spans by COPY is checked by one join.
"""

from django.db import migrations

CHECKS = """
ALTER TABLE annotator_span
  ADD CONSTRAINT extent_is_a_stretch_of_text CHECK (
    NOT isempty(extent) AND NOT lower_inf(extent) AND NOT upper_inf(extent) AND lower(extent) >= 0);
ALTER TABLE annotator_article
  ADD CONSTRAINT article_sha256_is_of_its_text CHECK (
    sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));
"""
DROP_CHECKS = """
ALTER TABLE annotator_span DROP CONSTRAINT extent_is_a_stretch_of_text;
ALTER TABLE annotator_article DROP CONSTRAINT article_sha256_is_of_its_text;
"""

FROZEN = """
CREATE FUNCTION annotator_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER article_text_never_changes BEFORE UPDATE ON annotator_article
  FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text OR OLD.corpus_id <> NEW.corpus_id)
  EXECUTE FUNCTION annotator_refuse('the text of an article never changes');
CREATE TRIGGER edits_are_kept BEFORE UPDATE OR DELETE ON annotator_edit
  FOR EACH ROW EXECUTE FUNCTION annotator_refuse('edits are kept as they were made');
"""
DROP_FROZEN = """
DROP TRIGGER edits_are_kept ON annotator_edit;
DROP TRIGGER article_text_never_changes ON annotator_article;
DROP FUNCTION annotator_refuse();
"""

SPANS = """
CREATE FUNCTION annotator_check_spans() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad text;
BEGIN
  SELECT format('span %s: ', s.key) || CASE
      WHEN upper(s.extent) > a.length THEN 'its extent leaves the text'
      WHEN l.corpus_id <> a.corpus_id THEN 'its label is of another corpus'
      ELSE 'its entity is of another corpus' END
    INTO bad
    FROM new_rows s
    JOIN annotator_reading r ON r.id = s.reading_id
    JOIN annotator_article a ON a.id = r.article_id
    JOIN annotator_label l ON l.id = s.label_id
    LEFT JOIN annotator_entity e ON e.id = s.entity_id
    WHERE upper(s.extent) > a.length OR l.corpus_id <> a.corpus_id OR e.corpus_id <> a.corpus_id
    LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION '%', bad USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER new_spans_lie_in_their_text AFTER INSERT ON annotator_span
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_check_spans();
CREATE TRIGGER changed_spans_lie_in_their_text AFTER UPDATE ON annotator_span
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_check_spans();
"""
DROP_SPANS = """
DROP TRIGGER changed_spans_lie_in_their_text ON annotator_span;
DROP TRIGGER new_spans_lie_in_their_text ON annotator_span;
DROP FUNCTION annotator_check_spans();
"""

# The ends of a relation lie in its reading and have the labels of its type. A span that gets
# another label is checked again, with the relations at its ends.
RELATIONS = """
CREATE FUNCTION annotator_check_relations() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad text;
BEGIN
  SELECT format('relation %s: its ends do not fit', n.key) INTO bad
    FROM new_rows n
    JOIN annotator_relationtype t ON t.id = n.type_id
    JOIN annotator_span s ON s.id = n.source_id
    JOIN annotator_span o ON o.id = n.target_id
    WHERE s.reading_id <> n.reading_id OR o.reading_id <> n.reading_id
       OR s.label_id <> t.source_id OR o.label_id <> t.target_id
    LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION '%', bad USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER new_relations_fit AFTER INSERT ON annotator_relation
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_check_relations();
CREATE TRIGGER changed_relations_fit AFTER UPDATE ON annotator_relation
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION annotator_check_relations();

CREATE FUNCTION annotator_check_relabelled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM annotator_relation n JOIN annotator_relationtype t ON t.id = n.type_id
    WHERE (n.source_id = NEW.id AND (NEW.label_id <> t.source_id OR NEW.reading_id <> n.reading_id))
       OR (n.target_id = NEW.id AND (NEW.label_id <> t.target_id OR NEW.reading_id <> n.reading_id))
  ) THEN
    RAISE EXCEPTION 'span %: a relation at its end does not fit', NEW.key
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER relabelled_spans_fit AFTER UPDATE ON annotator_span
  FOR EACH ROW WHEN (OLD.label_id <> NEW.label_id OR OLD.reading_id <> NEW.reading_id)
  EXECUTE FUNCTION annotator_check_relabelled();
"""
DROP_RELATIONS = """
DROP TRIGGER relabelled_spans_fit ON annotator_span;
DROP FUNCTION annotator_check_relabelled();
DROP TRIGGER changed_relations_fit ON annotator_relation;
DROP TRIGGER new_relations_fit ON annotator_relation;
DROP FUNCTION annotator_check_relations();
"""

# Files and programs out there name these keys; a relation type in use keeps its ends.
KEYS = """
CREATE FUNCTION annotator_keep_used_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE used boolean;
BEGIN
  IF TG_TABLE_NAME = 'annotator_label' THEN
    used := EXISTS (SELECT FROM annotator_span WHERE label_id = OLD.id);
  ELSIF TG_TABLE_NAME = 'annotator_relationtype' THEN
    used := EXISTS (SELECT FROM annotator_relation WHERE type_id = OLD.id);
  ELSE
    used := EXISTS (SELECT FROM annotator_span
                    WHERE label_id = OLD.label_id AND attributes ? OLD.key);
  END IF;
  IF used THEN
    RAISE EXCEPTION 'the key “%” is in use', OLD.key
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER label_in_use_keeps_its_key BEFORE UPDATE ON annotator_label
  FOR EACH ROW WHEN (OLD.key <> NEW.key OR OLD.corpus_id <> NEW.corpus_id)
  EXECUTE FUNCTION annotator_keep_used_key();
CREATE TRIGGER relation_type_in_use_keeps_its_key BEFORE UPDATE ON annotator_relationtype
  FOR EACH ROW WHEN (OLD.key <> NEW.key OR OLD.source_id <> NEW.source_id
                     OR OLD.target_id <> NEW.target_id)
  EXECUTE FUNCTION annotator_keep_used_key();
CREATE TRIGGER attribute_in_use_keeps_its_key BEFORE UPDATE ON annotator_attribute
  FOR EACH ROW WHEN (OLD.key <> NEW.key OR OLD.kind <> NEW.kind OR OLD.label_id <> NEW.label_id)
  EXECUTE FUNCTION annotator_keep_used_key();
CREATE TRIGGER attribute_in_use_is_retired BEFORE DELETE ON annotator_attribute
  FOR EACH ROW EXECUTE FUNCTION annotator_keep_used_key();
"""
DROP_KEYS = """
DROP TRIGGER attribute_in_use_is_retired ON annotator_attribute;
DROP TRIGGER attribute_in_use_keeps_its_key ON annotator_attribute;
DROP TRIGGER relation_type_in_use_keeps_its_key ON annotator_relationtype;
DROP TRIGGER label_in_use_keeps_its_key ON annotator_label;
DROP FUNCTION annotator_keep_used_key();
"""


class Migration(migrations.Migration):
    dependencies = [("annotator", "0001_initial")]
    operations = [
        migrations.RunSQL(CHECKS, DROP_CHECKS),
        migrations.RunSQL(FROZEN, DROP_FROZEN),
        migrations.RunSQL(SPANS, DROP_SPANS),
        migrations.RunSQL(RELATIONS, DROP_RELATIONS),
        migrations.RunSQL(KEYS, DROP_KEYS),
    ]
