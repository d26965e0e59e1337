// For tests: a run in a process of its own, so that it can be killed. Arguments: folder, base URL, samples at once, and
// the log to go on from, if any.
import { evaluate } from './evaluate.ts';
import { resumeRun } from './resume-run.ts';
import { testServices } from './test-benchmark.ts';

const [folder = '', modelBaseUrl = '', connections = '', log] = process.argv.slice(2);
const at = { modelBaseUrl, connections: Number(connections) };
if (log) await resumeRun(log, at, testServices(folder));
else await evaluate({ task: folder, model: 'openai-api/mock/m', ...at }, testServices(folder));
