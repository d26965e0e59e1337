import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { parseEvalYaml } from './eval-yaml.ts';

// What the real Inspect AI accepts and refuses as a task, recorded; the files stand beside a clone, not in it.
const data = process.env.ASSAY_TEST_DATA ?? join(import.meta.dirname, '../../../../shared');
const file = join(data, 'vectors/inspect/scorers.json');
const present = existsSync(file);

interface TaskCase {
  id: string;
  kind: string;
  name: string;
  input: { task: Record<string, unknown> };
  expected: { ok: boolean; errors?: { loc: string[] }[]; normalized?: Record<string, unknown> };
}

test('tasks are accepted and refused as Inspect does', {
  skip: present || process.env.CI === 'true' ? false : `SKIPPED: no ${file}`,
}, () => {
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: TaskCase[] };
  const tasks = cases.filter((each) => each.kind === 'hf' && each.name === 'validate');
  assert.ok(tasks.length >= 20);
  for (const { id, input, expected } of tasks) {
    const parsed = parseEvalYaml(stringify({ tasks: [input.task] }), { purpose: 'run' });
    assert.equal(parsed.ok, expected.ok, `${id}: ${JSON.stringify(input.task)}`);
    if (!parsed.ok) {
      const places = parsed.issues.filter((issue) => issue.severity === 'error').map((issue) => issue.path);
      const wanted = expected.errors?.[0]?.loc[0] ?? '';
      assert.ok(
        places.some((path) => path.includes(wanted)) ||
          parsed.issues.some((issue) => issue.message.includes(wanted)),
        id,
      );
      continue;
    }
    const task = parsed.value.tasks[0];
    const normal = expected.normalized;
    assert.deepEqual(
      [
        task?.id ?? null,
        task?.config,
        task?.split,
        task?.epochs,
        task?.epochReducer ?? null,
        task?.shuffleChoices ?? null,
      ],
      [
        normal?.id,
        normal?.config,
        normal?.split,
        normal?.epochs,
        normal?.epoch_reducer,
        normal?.shuffle_choices,
      ],
      id,
    );
    assert.deepEqual([task?.solvers, task?.scorers], [normal?.solvers, normal?.scorers], id);
  }
});

test('every eval.yaml of the recorded runs can be read', {
  skip: present || process.env.CI === 'true' ? false : `SKIPPED: no ${file}`,
}, () => {
  const recorded = readFileSync(join(data, 'vectors/inspect/end-to-end.json'), 'utf8');
  const { cases } = JSON.parse(recorded) as { cases: { id: string; eval_yaml: string }[] };
  for (const { id, eval_yaml } of cases) {
    const parsed = parseEvalYaml(eval_yaml, { purpose: 'run' });
    assert.ok(parsed.ok, `${id}: ${JSON.stringify(parsed)}`);
  }
});
