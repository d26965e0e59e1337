import type { GitRunner } from './git-process.ts';
import { write } from './git-process.ts';

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
  child.on('close', () => call.signal.removeEventListener('abort', stop));
  child.stderr.resume();
  const feed = async () => {
    for await (const chunk of call.input ?? []) await write(child, chunk);
    child.stdin.end();
  };
  feed().catch(stop);
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      stop();
    },
  });
}

export function isProtocol(header: string | null): header is string {
  return header !== null && /^version=[012]$/.test(header);
}
