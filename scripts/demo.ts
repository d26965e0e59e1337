// `npm run demo`: a hub with benchmarks, models and results that the engine makes in this very run, on
// http://127.0.0.1:PORT until Ctrl-C. Each step looks at the hub and does what is missing, so an interrupted first
// start goes on where it stopped, and a second start finds everything done.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMockEndpoint } from '@assay/engine';
import { EXAMPLE_MODELS } from '../examples/models/example-models.ts';
import { type DemoHub, type DemoSettings, readDemoSettings, startDemoHub } from './demo/demo-hub.ts';
import { ensureBenchmarks, ensureModels, ensurePeople, VISITOR } from './demo/demo-repos.ts';
import { ensureResults } from './demo/demo-results.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HELP = `npm run demo -- [--data FOLDER] [--port N]
  --data  where the hub keeps everything (default .assay/demo in this clone)
  --port  port on 127.0.0.1 (default the first free one from 7860 on; then always that)`;

const started = performance.now();
const say = (text: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(HELP);
  const dataFolder = resolve(values.data ?? join(ROOT, '.assay', 'demo'));
  const settings = await readDemoSettings(dataFolder, Number(values.port) || undefined);
  say('starting the hub (the first time it builds its pages)');
  const hub = await startDemoHub(dataFolder, settings);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop(hub));
  try {
    await fill(hub, settings);
  } catch (error) {
    await hub.stop();
    throw error;
  }
  console.log(
    `\nSign in as ${VISITOR} with the password ${settings.password}\nStop with Ctrl-C; the next start keeps everything.`,
  );
  console.log(`\nAssay is at ${hub.url}`);
  process.exitCode = (await hub.ended) ?? 0;
}

async function fill(hub: DemoHub, settings: DemoSettings): Promise<void> {
  const connection = { endpoint: hub.url, token: settings.adminToken };
  say('accounts, benchmarks, models');
  await ensurePeople(connection, settings.password);
  await ensureBenchmarks(connection);
  await ensureModels(connection);
  const endpoint = await startMockEndpoint({
    models: Object.fromEntries(EXAMPLE_MODELS.map((model) => [model.name, { answer: model.answer }])),
  });
  try {
    const runs = await ensureResults(connection, endpoint.url, say);
    say(runs === 0 ? 'everything was here already' : `${runs} runs made and submitted`);
  } finally {
    await endpoint.close();
  }
}

async function stop(hub: DemoHub): Promise<void> {
  await hub.stop();
  process.exit(0);
}

await main().catch((error: Error) => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
