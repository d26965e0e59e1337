import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';
import { write } from './git-process.ts';
import { toPacket } from './pkt-line.ts';

/** Bytes of one request, decompressed: 600,000 wants and haves. Git holds them all, and they compress a thousandfold. */
const maxRequest = 2 ** 25;

/** One call of git's fetch side. It keeps nothing between calls. */
export interface UploadPack {
  /** True: the list of refs. False: the answer to a request. */
  advertise: boolean;
  /** The client's `Git-Protocol` header; anything but `version=N` is ignored. */
  protocol: string | null;
  /** What the client sends, decompressed. */
  input?: AsyncIterable<Uint8Array>;
  /** Ends git when the client goes away. */
  signal: AbortSignal;
}

/** Runs `git upload-pack` and streams both ways: nothing of a clone is held in memory. */
export function openUploadPack(runner: GitRunner, dir: string, call: UploadPack): ReadableStream<Uint8Array> {
  const mode = call.advertise ? ['--http-backend-info-refs'] : [];
  const args = ['upload-pack', '--stateless-rpc', '--strict', '--timeout=600', ...mode, dir];
  const env: Record<string, string> = isProtocol(call.protocol) ? { GIT_PROTOCOL: call.protocol } : {};
  const child = runner.spawn({ dir, args, env });
  const stop = () => child.kill('SIGKILL');
  call.signal.addEventListener('abort', stop, { once: true });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  void ended.then(() => call.signal.removeEventListener('abort', stop));
  child.stderr.resume();
  let fault: string | null = null;
  let silent = true;
  const feed = async () => {
    let size = 0;
    for await (const chunk of call.input ?? []) {
      size += chunk.byteLength;
      if (size > maxRequest)
        throw new GitError('too-large', `the request is larger than ${maxRequest} bytes`);
      await write(child, chunk);
    }
    child.stdin.end();
  };
  feed().catch((error) => {
    fault = error instanceof GitError ? error.message : 'the request cannot be read';
    stop();
  });
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      silent &&= done === true;
      if (!done) return controller.enqueue(value);
      if (silent && (await ended) !== 0) fault ??= 'the request cannot be read';
      // Git's way to say why, wherever in the conversation (gitprotocol-pack, "pkt-line Format").
      if (fault !== null) controller.enqueue(new Uint8Array(toPacket(`ERR ${fault}\n`)));
      controller.close();
    },
    cancel() {
      stop();
    },
  });
}

export function isProtocol(header: string | null): header is string {
  return header !== null && /^version=[012]$/.test(header);
}
