// Runs the task beside this file against two made-up models: one that spells well, one that shouts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, startMockEndpoint } from '@assay/engine';

const folder = await mkdtemp(join(tmpdir(), 'assay-task-in-code-'));
const spell = (prompt: string): string => Array.from(prompt.split(': ').at(-1)!).reverse().join('');
const endpoint = await startMockEndpoint({
  models: { speller: { answer: spell }, shouter: { answer: (prompt) => spell(prompt).toUpperCase() } },
});
const refuse = (): never => {
  throw new Error('this example reads no hub');
};
try {
  for (const [model, expected] of Object.entries({ speller: 1, shouter: 0.5 })) {
    const [summary] = await evaluate(
      {
        task: join(import.meta.dirname, 'spelled-backwards.task.ts'),
        model: `openai-api/example/${model}`,
        modelBaseUrl: endpoint.url,
      },
      {
        hub: { resolve: refuse, list: refuse, open: refuse },
        lookup: () => undefined,
        logDir: join(folder, 'logs'),
      },
    );
    const letters = summary?.metrics['letters/accuracy'];
    if (letters !== expected) throw new Error(`${model}: ${letters} instead of ${expected}`);
    console.log(`${model.padEnd(8)} includes ${summary!.metrics['includes/accuracy']}  letters ${letters}`);
  }
} finally {
  await endpoint.close();
  await rm(folder, { recursive: true, force: true });
}
