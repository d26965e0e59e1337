// A first run: a benchmark in a folder, six models behind an endpoint of our own, a log for each, a table at the end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, startMockEndpoint } from '@assay/engine';
import { writeBenchmark } from '../benchmarks/write-benchmarks.ts';
import { EXAMPLE_MODELS } from '../models/example-models.ts';

const folder = await mkdtemp(join(tmpdir(), 'assay-first-run-'));
const models = Object.fromEntries(EXAMPLE_MODELS.map((model) => [model.name, { answer: model.answer }]));
const endpoint = await startMockEndpoint({ models });
try {
  await writeBenchmark('market-sums', join(folder, 'market-sums'));
  for (const { name } of EXAMPLE_MODELS) {
    const [summary] = await evaluate(
      {
        task: join(folder, 'market-sums'),
        model: `openai-api/example/${name}`,
        modelBaseUrl: endpoint.url,
        connections: 20,
      },
      { hub: noHub(), lookup: () => undefined, logDir: join(folder, 'logs') },
    );
    if (summary?.status !== 'success') throw new Error(`${name}: ${summary?.status} ${summary?.error ?? ''}`);
    const accuracy = summary.metrics['match/accuracy']!;
    if (!(accuracy > 0 && accuracy < 1))
      throw new Error(`${name}: an accuracy of ${accuracy} teaches nothing`);
    console.log(`${name.padEnd(22)} ${accuracy.toFixed(3)}  of ${summary.accounting.planned}`);
  }
} finally {
  await endpoint.close();
  await rm(folder, { recursive: true, force: true });
}

/** The benchmark lies in a folder, so no hub is asked; were one asked, this would say so. */
function noHub(): Parameters<typeof evaluate>[1]['hub'] {
  const refuse = (): never => {
    throw new Error('this example reads no hub');
  };
  return { resolve: refuse, list: refuse, open: refuse };
}
