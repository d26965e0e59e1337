// Asks for one address again and again over so many connections, each with one question at a time, and prints what came of
// it as JSON. Arguments: origin, path, connections, seconds. Speaks HTTP over plain sockets: a client that costs little, so
// that what is measured is the server.
import { connect, type Socket } from 'node:net';

const [origin = '', path = '', connections = '1', seconds = '1'] = process.argv.slice(2);
const { hostname, port } = new URL(origin);
const request = `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: */*\r\n\r\n`;
/** Counted only after the server has warmed up. */
const warmUpMs = 1_000;

const times: number[] = [];
let wrong = 0;
const begin = performance.now();
const countFrom = begin + warmUpMs;
const until = countFrom + Number(seconds) * 1000;

/** One connection: sends, waits for the whole answer, sends again. */
function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    let sentAt = 0;
    let head = '';
    let left = -1;
    const send = () => {
      [head, left, sentAt] = ['', -1, performance.now()];
      socket.write(request);
    };
    const finish = () => {
      const now = performance.now();
      if (sentAt >= countFrom && now <= until) times.push(now - sentAt);
      if (now < until) return send();
      socket.destroy();
      resolve();
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      if (left >= 0) left -= chunk.length;
      else {
        const before = head.length;
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = /^content-length: *(\d+)/im.exec(head)?.[1];
        if (!head.startsWith('HTTP/1.1 200')) wrong += 1;
        // Without a length the answer comes in chunks, which end with an empty one.
        if (length === undefined) {
          left = head.endsWith('0\r\n\r\n') && head.length > end + 4 ? 0 : -1;
          if (left < 0) return;
        } else left = Number(length) - (chunk.length - (end + 4 - before));
      }
      if (left === 0) finish();
    });
  });
}

await Promise.all(Array.from({ length: Number(connections) }, ask));
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
console.log(
  JSON.stringify({ perSecond: times.length / Number(seconds), p50Ms: at(0.5), p99Ms: at(0.99), wrong }),
);
