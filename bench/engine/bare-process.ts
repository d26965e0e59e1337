// The least that Node's own client can do with the same rows: post them, read the answers, count the right ones. No log.
// Arguments: folder, base URL, connections. Prints JSON.
import { createReadStream } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [folder = '', baseUrl = '', connections = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const url = new URL(`${baseUrl}/chat/completions`);

function ask(question: string): Promise<string> {
  const body = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: question }] });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => resolve(JSON.parse(text).choices[0].message.content as string));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const cpuMs = (): number => {
  const usage = process.resourceUsage();
  return (usage.userCPUTime + usage.systemCPUTime) / 1000;
};
const startCpuMs = cpuMs();
const began = performance.now();
const rows = createInterface({ input: createReadStream(join(folder, 'test.jsonl')) })[Symbol.asyncIterator]();
let [right, all] = [0, 0];
const worker = async (): Promise<void> => {
  for (let row = await rows.next(); !row.done; row = await rows.next()) {
    const { question, target } = JSON.parse(row.value) as { question: string; target: string };
    const said = await ask(question);
    all += 1;
    if (said.endsWith(` ${target}`)) right += 1;
  }
};
await Promise.all(Array.from({ length: Number(connections) }, worker));
console.log(
  JSON.stringify({
    status: 'success',
    accuracy: right / all,
    wallMs: performance.now() - began,
    startCpuMs,
    cpuMs: cpuMs() - startCpuMs,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    logBytes: 0,
  }),
);
agent.destroy();
