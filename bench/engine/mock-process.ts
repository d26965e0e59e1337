// The endpoint of the bench, in a process of its own. Argument: milliseconds until an answer. Prints its base URL.
// It has answered others before: what it takes to compile its code is none of the runner's business.
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { startMockEndpoint } from '@assay/engine';

const latencyMs = Number(process.argv[2] ?? 0);
const working = 'First I add the tens, then the ones, and then I put both together. '.repeat(6);
const personality = {
  answer(prompt: string): string {
    const [a = 0, b = 0] = (prompt.match(/\d+/g) ?? []).slice(-2).map(Number);
    return `${working}\nANSWER: ${a + b}`;
  },
};
async function answerOthers(): Promise<void> {
  const { url, close } = await startMockEndpoint({ personality });
  const agent = new Agent({ keepAlive: true });
  const messages = [{ role: 'user', content: `${working.repeat(2)}What is 1 plus 2?` }];
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request(`${url}/chat/completions`, { method: 'POST', agent });
      asked.on('response', (answer) => text(answer).then(resolve, reject)).on('error', reject);
      asked.end(JSON.stringify({ model: 'bench', messages }));
    });
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 200 }, ask));
  agent.destroy();
  await close();
}

await answerOthers();
const endpoint = await startMockEndpoint({ latencyMs, personality });
console.log(endpoint.url);
