import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubFiles } from '../dataset/dataset-files.ts';
import type { Personality } from '../mock/personality.ts';
import type { EvalServices } from './evaluate.ts';

/** For tests: a folder that is a benchmark of sums, and a model that knows them all but those ending in 3. */
export async function writeSums(
  count: number,
  more: { epochs?: number; solvers?: string[] } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-sums-'));
  const rows = Array.from({ length: count }, (_none, index) => ({
    question: `What is ${index} plus ${index + 1}?`,
    target: String(2 * index + 1),
  }));
  await writeFile(join(folder, 'test.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const solvers = (more.solvers ?? ['name: generate']).map((solver) => `      - ${solver}\n`).join('');
  await writeFile(
    join(folder, 'eval.yaml'),
    `tasks:
  - id: sums
    config: default
    split: test
    epochs: ${more.epochs ?? 1}
    field_spec: {input: question, target: target}
    solvers:
${solvers}    scorers:
      - name: match
        args: {numeric: true}
`,
  );
  await mkdir(join(folder, 'logs'));
  return folder;
}

export const sumsModel: Personality = {
  answer(prompt) {
    const [a = 0, b = 0] = (prompt.match(/\d+/g) ?? []).map(Number);
    return `It is ${a % 10 === 3 ? 0 : a + b}`;
  },
};

/** No hub: everything comes from folders. Retries do not dawdle. */
export function testServices(folder: string, more: Partial<EvalServices> = {}): EvalServices {
  const hub: HubFiles = {
    resolve: () => Promise.reject(new Error('no hub here')),
    list: () => Promise.reject(new Error('no hub here')),
    open: () => Promise.reject(new Error('no hub here')),
  };
  return { hub, lookup: () => undefined, logDir: join(folder, 'logs'), retry: { firstWaitMs: 5 }, ...more };
}
