-- Nothing that was once public can vanish: how far a repo's acts were public when it last turned private or was deleted.
ALTER TABLE record.repos ADD COLUMN acts_public_through bigint NOT NULL DEFAULT 0;
UPDATE record.repos r
SET acts_public_through = (SELECT coalesce(max(a.seq), 0) FROM record.acts a WHERE a.repo_id = r.id)
WHERE r.deleted_at IS NOT NULL AND NOT r.private;

ALTER TABLE record.acts DROP CONSTRAINT acts_kind_check;
ALTER TABLE record.acts ADD CONSTRAINT acts_kind_check
  CHECK (kind IN ('submitted', 'merged', 'closed', 'reopened', 'changed', 'deleted', 'replied'));
CREATE INDEX acts_of_model_name ON record.acts (lower(repo_name), seq);
CREATE INDEX acts_of_task_ended ON record.acts (lower(dataset_id), task_id, seq) WHERE kind IN ('closed', 'deleted', 'changed');
CREATE INDEX acts_by_previous ON record.acts ((detail ->> 'previous')) WHERE detail ? 'previous';

-- What an administrator took out of the record because it may not be shown: spam, personal data, what the law forbids.
CREATE TABLE record.redactions (
  result_id text PRIMARY KEY,
  reason text NOT NULL,
  by_id text REFERENCES record.accounts (id),
  at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER redactions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.redactions
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();

-- Of a redacted act the words go. That it happened, when, to which result, and its place in the log stay.
CREATE FUNCTION record.keep_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.seq, NEW.at, NEW.kind, NEW.actor_id, NEW.repo_id, NEW.result_id, NEW.pull_request, NEW.commit_oid)
         IS NOT DISTINCT FROM
       (OLD.seq, OLD.at, OLD.kind, OLD.actor_id, OLD.repo_id, OLD.result_id, OLD.pull_request, OLD.commit_oid)
       AND (NEW.actor_name, NEW.repo_name, NEW.dataset_id, NEW.task_id, NEW.filename, NEW.entry)
         IS NOT DISTINCT FROM (NULL::text, '', '', '', '', '{}'::jsonb)
       AND NEW.detail = jsonb_strip_nulls(jsonb_build_object('redacted', true, 'previous', OLD.detail -> 'previous'))
       AND EXISTS (SELECT 1 FROM record.redactions d WHERE d.result_id = NEW.result_id) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'record.acts is append-only' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER acts_append_only ON record.acts;
CREATE TRIGGER acts_append_only BEFORE UPDATE OR DELETE ON record.acts
  FOR EACH ROW EXECUTE FUNCTION record.keep_act();
CREATE TRIGGER acts_no_truncate BEFORE TRUNCATE ON record.acts
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_change();
