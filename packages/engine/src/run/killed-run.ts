// For tests: a run in a process of its own, so that it can be killed. Arguments: folder, base URL, samples at once.
import { evaluate } from './evaluate.ts';
import { testServices } from './test-benchmark.ts';

const [folder = '', modelBaseUrl = '', connections = ''] = process.argv.slice(2);
await evaluate(
  { task: folder, model: 'openai-api/mock/m', modelBaseUrl, connections: Number(connections) },
  testServices(folder),
);
