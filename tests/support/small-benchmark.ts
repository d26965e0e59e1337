import { createCommit, createOrg, createRepo, type HubConnection } from '@assay/client';

/** A benchmark of a few sums, enough to have a board. */
export const SMALL_EVAL_YAML = `name: Small Sums
description: Sums of two numbers.
evaluation_framework: inspect-ai
tasks:
  - id: sums
    field_spec:
      input: question
      target: target
    solvers:
      - name: generate
    scorers:
      - name: match
        args:
          numeric: true
`;

export const SMALL_BENCHMARK = 'sums-org/sums';

/** Rows as GSM8K has them: question, answer with its working, target. */
export function smallRows(count: number): { question: string; answer: string; target: string }[] {
  return Array.from({ length: count }, (_, at) => {
    const [a, b] = [at + 2, 3 * at + 5];
    return {
      question: `What is ${a} plus ${b}?`,
      answer: `${a} + ${b} = ${a + b}\n#### ${a + b}`,
      target: `${a + b}`,
    };
  });
}

/** Publishes the small benchmark under an organisation of its own. */
export async function publishSmallBenchmark(hub: HubConnection, count = 20): Promise<void> {
  await createOrg(hub, { name: SMALL_BENCHMARK.split('/')[0]! });
  const repo = { type: 'dataset', name: SMALL_BENCHMARK } as const;
  await createRepo(hub, repo);
  const lines = smallRows(count).map((row) => `${JSON.stringify(row)}\n`);
  await createCommit(hub, repo, {
    summary: 'Publish the benchmark',
    changes: [
      { kind: 'put', path: 'eval.yaml', content: SMALL_EVAL_YAML },
      { kind: 'put', path: 'test.jsonl', content: lines.join('') },
    ],
  });
}

/** A result file of one entry. */
export function resultFile(value: number, notes?: string): string {
  const lines = [
    '- dataset:',
    `    id: ${SMALL_BENCHMARK}`,
    '    task_id: sums',
    `  value: ${value}`,
    '  date: "2026-01-15"',
    ...(notes === undefined ? [] : [`  notes: ${notes}`]),
  ];
  return `${lines.join('\n')}\n`;
}
