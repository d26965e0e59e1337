import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvalYaml } from './eval-yaml.ts';

const HEAD = 'name: Sums\ndescription: Small sums\nevaluation_framework: inspect-ai\n';
const TASK = `tasks:
  - id: sums
    config: main
    split: train
    field_spec:
      input: question
      target: answer
      choices: [a, b]
      metadata: [topic]
      input_image: picture
    shuffle_choices: true
    epochs: 4
    epoch_reducer: pass_at_1
    solvers:
      - name: system_message
        args: {template: "Be brief."}
      - name: multiple_choice
    scorers:
      - name: choice
`;

/** `severity[code] line:column path` of everything found, warnings of accepted files included. */
function found(text: string, purpose: 'register' | 'run' = 'register'): string[] {
  const parsed = parseEvalYaml(text, { purpose });
  const issues = parsed.ok ? parsed.warnings : parsed.issues;
  return issues.map(
    (issue) => `${issue.severity}[${issue.code}] ${issue.line}:${issue.column} ${issue.path}`,
  );
}

/** The task section with one line changed. */
function withLine(from: string, to: string): string {
  assert.ok(TASK.includes(from), from);
  return HEAD + TASK.replace(from, to);
}

test('a full task is read with every field', () => {
  const parsed = parseEvalYaml(HEAD + TASK);
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.warnings, []);
  assert.deepEqual(parsed.value, {
    name: 'Sums',
    description: 'Small sums',
    evaluationFramework: 'inspect-ai',
    tasks: [
      {
        id: 'sums',
        config: 'main',
        split: 'train',
        fieldSpec: {
          input: 'question',
          target: 'answer',
          choices: ['a', 'b'],
          metadata: ['topic'],
          inputImage: 'picture',
        },
        shuffleChoices: true,
        epochs: 4,
        epochReducer: 'pass_at_1',
        solvers: [
          { name: 'system_message', args: { template: 'Be brief.' } },
          { name: 'multiple_choice', args: {} },
        ],
        scorers: [{ name: 'choice', args: {} }],
      },
    ],
  });
});

test('what is left out has the defaults of the code that runs it', () => {
  const parsed = parseEvalYaml(
    'tasks:\n- field_spec: {}\n  solvers: [{name: generate}]\n  scorers: [{name: match}]\n',
    { purpose: 'run' },
  );
  assert.ok(parsed.ok);
  const [task] = parsed.value.tasks;
  assert.deepEqual([task?.id, task?.config, task?.split, task?.epochs], [undefined, 'default', 'test', 1]);
  assert.deepEqual(task?.fieldSpec, { input: 'input', target: 'target' });
});

test('all issues come at once, with their places, in the order of the file', () => {
  const text = `description: ""
evaluation_framework: inspect-ai
tasks:
  - id: 7
    fieldspec: {input: q}
    solvers: []
    scorers:
      - name: exakt
    epochs: 0
`;
  assert.deepEqual(found(text), [
    'error[missing-key] 1:1 ',
    'error[empty-text] 1:14 description',
    'error[missing-key] 4:5 tasks[0]',
    'error[not-text] 4:9 tasks[0].id',
    'error[unknown-key] 5:5 tasks[0].fieldspec',
    'error[empty-list] 6:14 tasks[0].solvers',
    'error[unknown-scorer] 8:15 tasks[0].scorers[0].name',
    'error[invalid-epochs] 9:13 tasks[0].epochs',
  ]);
});

test('a misspelt word is answered with the right one', () => {
  const cases: [string, string, string][] = [
    ['field_spec:', 'feild_spec:', 'field_spec'],
    ['    solvers:', '    solver:', 'solvers'],
    ['input: question', 'inputs: question', 'input'],
    ['multiple_choice', 'multiple_choise', 'multiple_choice'],
    ['name: choice', 'name: choices', 'choice'],
    ['shuffle_choices', 'shuffleChoices', 'shuffle_choices'],
  ];
  for (const [from, to, right] of cases) {
    const parsed = parseEvalYaml(withLine(from, to));
    assert.ok(!parsed.ok, to);
    assert.ok(
      parsed.issues.some((issue) => issue.hint.includes(`\`${right}\``)),
      `${to} -> ${right}`,
    );
  }
});

test('unknown keys: an error in a task and its field_spec, a warning elsewhere', () => {
  assert.deepEqual(found(`${HEAD}version: 2\n${TASK}`), ['warning[unknown-key] 4:1 version']);
  assert.deepEqual(found(withLine('epochs: 4', 'epochs: 4\n    seed: 1')), [
    'error[unknown-key] 16:5 tasks[0].seed',
  ]);
  assert.deepEqual(found(withLine('metadata: [topic]', 'metadata: [topic]\n      hint: x')), [
    'error[unknown-key] 13:7 tasks[0].field_spec.hint',
  ]);
  assert.deepEqual(found(withLine('- name: choice', '- name: choice\n        note: x')), [
    'warning[ignored-key] 23:9 tasks[0].scorers[0].note',
  ]);
});

test('`scores` and `scorer` are read by a hub with a warning and refused by a run', () => {
  for (const name of ['scores', 'scorer']) {
    const text = withLine('scorers:', `${name}:`);
    assert.deepEqual(found(text), [`warning[misnamed-key] 21:5 tasks[0].${name}`]);
    const parsed = parseEvalYaml(text);
    assert.deepEqual(parsed.ok && parsed.value.tasks[0]?.scorers, [{ name: 'choice', args: {} }]);
    assert.ok(found(text, 'run').includes(`error[unknown-key] 21:5 tasks[0].${name}`));
  }
  assert.ok(
    found(withLine('scorers:', 'scores: []\n    scorers:')).includes(
      'error[unknown-key] 21:5 tasks[0].scores',
    ),
  );
});

test('a run needs only tasks, a hub a name, a description and a framework', () => {
  assert.deepEqual(found(TASK, 'run'), []);
  assert.deepEqual(found(TASK), Array(3).fill('error[missing-key] 1:1 '));
});

test('ids: text in quotes, one of a kind, and there when several tasks are', () => {
  for (const id of ['2024', '1.5', 'true', 'null', 'yes', 'No', '2026-01-15', '1:30', '0x10', '[a]']) {
    const issues = found(withLine('id: sums', `id: ${id}`));
    assert.ok(
      issues.some((issue) => /^(error\[not-text\]|warning\[missing-id\])/.test(issue)),
      `${id}: ${issues}`,
    );
  }
  for (const id of ['"2024"', "'yes'", 'musr:murder_mysteries', 'a b'])
    assert.deepEqual(found(withLine('id: sums', `id: ${id}`)), [], id);
  assert.deepEqual(found(withLine('id: sums', 'id: MathArena/aime')), [
    'warning[unaddressable-id] 5:9 tasks[0].id',
  ]);
  assert.deepEqual(found(withLine('id: sums\n    config', 'config')), ['warning[missing-id] 5:5 tasks[0]']);
  const two = HEAD + TASK + TASK.replace('tasks:\n', '');
  assert.deepEqual(found(two), ['error[duplicate-id] 23:9 tasks[1].id']);
  assert.deepEqual(found(two.replace('id: sums\n    config', 'config')), ['error[missing-key] 5:5 tasks[0]']);
});

test('epochs are converted as pydantic does', () => {
  const epochs = (text: string) => {
    const parsed = parseEvalYaml(withLine('epochs: 4', `epochs: ${text}`));
    return parsed.ok ? parsed.value.tasks[0]?.epochs : 'refused';
  };
  for (const [text, value] of [
    ['3', 3],
    ['"3"', 3],
    ['2.0', 2],
    ['true', 1],
    ['" 5 "', 5],
  ] as const)
    assert.equal(epochs(text), value, text);
  for (const text of ['0', '-1', '2.5', '"x"', '~', '[]', '1e400', '""'])
    assert.equal(epochs(text), 'refused', text);
});

test('epoch reducers match whole, and need their epochs', () => {
  for (const reducer of ['mean', 'mode', 'median', 'max', 'pass_at_3', 'at_least_4']) {
    assert.deepEqual(found(withLine('pass_at_1', reducer)), [], reducer);
  }
  assert.deepEqual(found(withLine('pass_at_1', 'pass_at_5')), [
    'warning[too-few-epochs] 16:20 tasks[0].epoch_reducer',
  ]);
  for (const reducer of ['pass_k_2', 'collect', 'pass_at_', 'majority', '"mean\\n"', '5']) {
    assert.match(
      found(withLine('pass_at_1', reducer)).join(),
      /error\[(invalid-epoch-reducer|not-text)\]/,
      reducer,
    );
  }
});

test('args must be a mapping; null is refused', () => {
  assert.deepEqual(found(withLine('name: choice', 'name: choice\n        args:')), [
    'error[not-a-mapping] 23:14 tasks[0].scorers[0].args',
  ]);
  assert.deepEqual(found(withLine('- name: choice', '- choice')), [
    'error[not-a-mapping] 22:9 tasks[0].scorers[0]',
  ]);
});

test('plans that cannot work are warned about', () => {
  assert.deepEqual(found(withLine('choices: [a, b]\n      ', '')), ['warning[no-choices] 5:5 tasks[0]']);
  assert.deepEqual(found(withLine('multiple_choice', 'chain_of_thought')), [
    'warning[no-generation] 5:5 tasks[0]',
    'warning[no-choices] 5:5 tasks[0]',
  ]);
  assert.deepEqual(found(withLine('name: choice', 'name: answer')), [
    'warning[missing-argument] 22:9 tasks[0].scorers[0]',
  ]);
});

test('tasks of other frameworks need an id, and keep what else they hold', () => {
  const text = (id: string) =>
    `name: a\ndescription: b\nevaluation_framework: swe-bench\ntasks:\n  - ${id}\n    config: null\n    harness: {image: x}\n`;
  const parsed = parseEvalYaml(text('id: verified'));
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.value.tasks[0], {
    id: 'verified',
    config: 'default',
    split: 'test',
    epochs: 1,
    solvers: [],
    scorers: [],
    extra: { harness: { image: 'x' } },
  });
  assert.deepEqual(found(text('split: test')), ['error[missing-key] 5:5 tasks[0]']);
});

test('an unknown framework is a warning', () => {
  const text = 'name: a\ndescription: b\nevaluation_framework: my-own\ntasks: [{id: x}]\n';
  assert.deepEqual(found(text), ['warning[unknown-framework] 3:23 evaluation_framework']);
});

test('files of a wrong shape', () => {
  assert.deepEqual(found(''), ['error[empty-document] 1:1 ']);
  assert.deepEqual(found('- a\n'), ['error[not-a-mapping] 1:1 ']);
  assert.deepEqual(found(`${HEAD}tasks: {}\n`), ['error[not-a-list] 4:8 tasks']);
  assert.deepEqual(found(`${HEAD}tasks: []\n`), ['error[empty-list] 4:8 tasks']);
  assert.deepEqual(found(`${HEAD}tasks:\n`), ['error[not-a-list] 4:7 tasks']);
  assert.deepEqual(found(`${HEAD}tasks: [x]\n`), ['error[not-a-mapping] 4:9 tasks[0]']);
});
