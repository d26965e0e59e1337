// One run of the engine, measured from inside. Arguments: folder, base URL, connections. Prints JSON.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '@assay/engine';
import { keepHeapSmall } from '../../packages/cli/src/heap-settings.ts';

const [folder = '', modelBaseUrl = '', connections = ''] = process.argv.slice(2);
// As the command line does.
keepHeapSmall();
const noHub = (): Promise<never> => Promise.reject(new Error('the bench reads a folder'));
const cpuMs = (): number => {
  const usage = process.resourceUsage();
  return (usage.userCPUTime + usage.systemCPUTime) / 1000;
};
const startCpuMs = cpuMs();
const began = performance.now();
const [summary] = await evaluate(
  { task: folder, model: 'openai-api/mock/bench', modelBaseUrl, connections: Number(connections) },
  {
    hub: { resolve: noHub, list: noHub, open: noHub },
    lookup: () => undefined,
    logDir: join(folder, 'logs'),
  },
);
console.log(
  JSON.stringify({
    status: summary!.status,
    accuracy: summary!.metrics['match/accuracy'],
    wallMs: performance.now() - began,
    startCpuMs,
    cpuMs: cpuMs() - startCpuMs,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    logBytes: statSync(summary!.logPath).size,
  }),
);
