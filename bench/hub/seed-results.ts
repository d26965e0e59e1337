import type { Db } from './hub-under-test.ts';

/** Benchmarks among which the results are spread. */
export const benchmarks = 20;

export interface Seeded {
  results: number;
  models: number;
}

/**
 * Puts rows into the index and the record as if so many results had been pushed: some models, each with one result on every
 * benchmark. The benchmarks are real repos already; the models have rows, and no git.
 */
export async function seedResults(db: Db, results: number): Promise<Seeded> {
  const models = Math.round(results / benchmarks);
  const owner = "(SELECT id FROM record.accounts WHERE name = 'makers')";
  await db.query(
    `INSERT INTO record.repos (id, type, namespace, name, owner_id, created_at)
     SELECT lpad(to_hex(n), 24, 'a'), 'model', 'makers', 'model-' || n, ${owner}, now() - n * interval '1 second'
     FROM generate_series(1, $1::int) n ON CONFLICT DO NOTHING`,
    [models],
  );
  await db.query(
    `INSERT INTO derived.repo_cards (repo_id, commit_oid, last_modified)
     SELECT id, repeat('c', 40), created_at FROM record.repos WHERE name LIKE 'model-%' ON CONFLICT DO NOTHING`,
  );
  await db.query(
    `INSERT INTO derived.versions (repo_id, version)
     SELECT id, 1 FROM record.repos WHERE name LIKE 'model-%' ON CONFLICT DO NOTHING`,
  );
  await db.query(
    `INSERT INTO derived.refs (repo_id, ref, commit_oid)
     SELECT id, 'refs/heads/main', repeat('c', 40) FROM record.repos WHERE name LIKE 'model-%' ON CONFLICT DO NOTHING`,
  );
  const columns = await db.query<{ name: string }>(
    "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'derived.results'::regclass AND attnum > 0 AND NOT attisdropped",
  );
  const given: Record<string, string> = {
    result_id: 'left(md5(r.id || b), 24)',
    repo_id: 'r.id',
    scope: '0',
    standing: "'merged'",
    filename: "'.eval_results/bench-' || b || '.yaml'",
    position: '0',
    dataset_id: "'sums-org/bench-' || b",
    dataset_key: "'sums-org/bench-' || b",
    task_id: "'sums'",
    value: 'v.value',
    value_text: 'v.value::text',
    date: "'2026-01-15'",
    dated_at: "timestamptz '2026-01-15' - (hashtext(r.id) & 8388607) * interval '1 second'",
    date_inferred: 'false',
    source: `'{"url": "https://example.org/log"}'`,
    notes: "'5-shot'",
    setup: `'{"shots": 5}'`,
    setup_class: "'shots=5'",
    entry: `jsonb_build_object('dataset', jsonb_build_object('id', 'sums-org/bench-' || b, 'task_id', 'sums'), 'value', v.value)`,
    commit_oid: "repeat('c', 40)",
    author_name: "'Maker'",
  };
  const names = columns.map(({ name }) => name).filter((name) => given[name] !== undefined);
  await db.query(
    `INSERT INTO derived.results (${names.join(', ')})
     SELECT ${names.map((name) => given[name]).join(', ')}
     FROM record.repos r CROSS JOIN generate_series(1, ${benchmarks}) b
     CROSS JOIN LATERAL (SELECT round((abs(hashtext(r.id || b)) % 100000)::numeric / 100000, 5)::float8 AS value) v
     WHERE r.name LIKE 'model-%' ON CONFLICT DO NOTHING`,
  );
  return { results: models * benchmarks, models };
}
