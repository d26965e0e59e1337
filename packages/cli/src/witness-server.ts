import { createServer, type IncomingMessage, type Server } from 'node:http';
import {
  cosignNote,
  formatNote,
  formatVerifierKey,
  judgeCheckpoint,
  type NoteKey,
  type ProofCode,
  ProofError,
  parseAddCheckpoint,
} from '@assay/proof';
import type { WitnessState } from './witness-state.ts';

/** A proof has 63 hashes at most, a checkpoint a few lines and signatures. */
const longestRequest = 64 * 1024;

interface Answer {
  status: number;
  type?: string;
  text: string;
}

/** C2SP tlog-witness over HTTP: `POST /add-checkpoint`. One request at a time, as each reads what the last one wrote. */
export function createWitnessServer(
  state: WitnessState,
  logs: readonly NoteKey[],
  say: (line: string) => void,
): Server {
  let last: Promise<unknown> = Promise.resolve();
  return createServer({ requestTimeout: 10_000 }, (request, response) => {
    const send = ({ status, type = 'text/plain; charset=utf-8', text }: Answer) => {
      response.writeHead(status, { 'content-type': type }).end(text);
    };
    if (request.method === 'GET' && request.url === '/vkey')
      return send({ status: 200, text: `${formatVerifierKey(state.key)}\n` });
    if (request.method !== 'POST' || request.url !== '/add-checkpoint')
      return send({ status: 404, text: 'this is a witness: POST /add-checkpoint\n' });
    readBody(request)
      .then((body) => {
        const mine = last.then(() => answer(state, logs, body));
        last = mine.catch(() => {});
        return mine;
      })
      .then((found) => {
        say(`${found.status} ${found.note}`);
        send(found);
      })
      .catch((error: Error) => {
        say(`500 ${error.message}`);
        send({ status: 500, text: 'the witness failed\n' });
      });
  });
}

const statusOf: Partial<Record<ProofCode, number>> = {
  'unknown-log': 404,
  'unknown-key': 403,
  'signature-mismatch': 403,
  'stale-size': 409,
  'split-view': 409,
  'root-mismatch': 422,
};

async function answer(
  state: WitnessState,
  logs: readonly NoteKey[],
  body: Uint8Array,
): Promise<Answer & { note: string }> {
  let origin = '';
  try {
    const { note, checkpoint } = judgeCheckpoint(
      parseAddCheckpoint(body),
      (name) => logs.find((key) => key.name === name),
      (name) => {
        origin = name;
        return state.known(name);
      },
    );
    await state.remember(checkpoint);
    const time = Math.floor(Date.now() / 1000);
    const line = cosignNote(note.text, state.key.name, state.secretKey, time);
    const text = formatNote({ text: '\n', signatures: [line] }).slice(2);
    return { status: 200, text, note: `${checkpoint.origin} ${checkpoint.size}` };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    const status = statusOf[error.code] ?? 400;
    const note = `${origin} ${error.code}: ${error.message}`;
    if (status !== 409) return { status, text: `${error.code}: ${error.message}\n`, note };
    const size = state.known(origin)?.size ?? 0;
    return { status, type: 'text/x.tlog.size', text: `${size}\n`, note };
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > longestRequest) return Buffer.alloc(0); // no request is empty: refused as malformed
    parts.push(part);
  }
  return Buffer.concat(parts);
}
