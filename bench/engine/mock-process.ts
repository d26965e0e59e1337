// The endpoint of the bench, in a process of its own. Argument: milliseconds until an answer. Prints its base URL.
import { startMockEndpoint } from '@assay/engine';

const latencyMs = Number(process.argv[2] ?? 0);
const working = 'First I add the tens, then the ones, and then I put both together. '.repeat(6);
const personality = {
  answer(prompt: string): string {
    const [a = 0, b = 0] = (prompt.match(/\d+/g) ?? []).slice(-2).map(Number);
    return `${working}\nANSWER: ${a + b}`;
  },
};
const endpoint = await startMockEndpoint({ latencyMs, personality });
console.log(endpoint.url);
