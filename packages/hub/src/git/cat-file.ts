import { GitError } from './git-error.ts';
import type { GitRunner } from './git-process.ts';

interface ObjectInfo {
  oid: string;
  type: 'commit' | 'tree' | 'blob' | 'tag';
  /** Bytes. */
  size: number;
}

export interface ObjectContents extends ObjectInfo {
  bytes: Buffer;
}

/** Where objects are read from. */
export interface ObjectSource {
  /** `name` may be any name git knows; null when there is no such object. */
  info(name: string): Promise<ObjectInfo | null>;
  contents(name: string): Promise<ObjectContents | null>;
}

/** One long-lived `git cat-file --batch-command`: answers in order, costs no process per object. */
export interface CatFile extends ObjectSource {
  /** Requests not yet answered. */
  pending(): number;
  ended(): boolean;
  close(): void;
}

interface Waiting {
  wantsBytes: boolean;
  resolve(answer: ObjectContents | null): void;
  reject(error: Error): void;
}

/** @param lasting see {@link GitRunner.spawn} */
export function createCatFile(runner: GitRunner, dir: string, lasting: boolean): CatFile {
  const child = runner.spawn({ dir, args: ['cat-file', '--batch-command'], lasting });
  const waiting: Waiting[] = [];
  const input = createByteQueue();
  let header: ObjectInfo | null = null;
  let ended = false;

  const fail = (error: Error) => {
    if (ended) return;
    ended = true;
    for (const one of waiting.splice(0)) one.reject(error);
    child.kill('SIGKILL');
  };
  const answer = (value: ObjectContents | null) => {
    waiting.shift()?.resolve(value);
    header = null;
  };
  const advance = () => {
    while (waiting.length > 0) {
      if (!header) {
        const line = input.takeLine();
        if (line === null) return;
        header = toObjectInfo(line);
        if (!header) answer(null);
        else if (!waiting[0]?.wantsBytes) answer({ ...header, bytes: Buffer.alloc(0) });
      } else {
        const bytes = input.take(header.size + 1);
        if (!bytes) return;
        answer({ ...header, bytes: bytes.subarray(0, header.size) });
      }
    }
  };
  child.stdout.on('data', (chunk: Buffer) => {
    input.push(chunk);
    advance();
  });
  child.stderr.resume();
  child.on('error', (cause) => fail(new GitError('git-failed', 'git could not be started', { cause })));
  child.on('close', () => fail(new GitError('git-failed', 'git cat-file ended while it was being asked')));

  const ask = (command: string, name: string): Promise<ObjectContents | null> => {
    if (ended) return Promise.reject(new GitError('git-failed', 'git cat-file has ended'));
    if (/[\n\0]/.test(name)) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      waiting.push({ wantsBytes: command === 'contents', resolve, reject });
      child.stdin.write(`${command} ${name}\n`);
    });
  };
  return {
    info: (name) => ask('info', name),
    contents: (name) => ask('contents', name),
    pending: () => waiting.length,
    ended: () => ended,
    close: () => fail(new GitError('git-failed', 'the reader of this repo was closed')),
  };
}

/** `<oid> <type> <size>`, or null for `<name> missing` and `<name> ambiguous`. */
function toObjectInfo(line: string): ObjectInfo | null {
  const match = /^([0-9a-f]{40}) (commit|tree|blob|tag) (\d+)$/.exec(line);
  return match ? { oid: match[1]!, type: match[2] as ObjectInfo['type'], size: Number(match[3]) } : null;
}

/** Bytes as they arrive, taken by line or by count without joining what is not complete yet. */
function createByteQueue() {
  let chunks: Buffer[] = [];
  let length = 0;
  const take = (count: number): Buffer | null => {
    if (length < count) return null;
    const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const rest = whole.subarray(count);
    chunks = rest.length > 0 ? [rest] : [];
    length = rest.length;
    return whole.subarray(0, count);
  };
  return {
    push(chunk: Buffer) {
      chunks.push(chunk);
      length += chunk.length;
    },
    take,
    takeLine(): string | null {
      let before = 0;
      for (const chunk of chunks) {
        const at = chunk.indexOf(0x0a);
        if (at >= 0)
          return take(before + at + 1)!
            .toString('utf8')
            .slice(0, -1);
        before += chunk.length;
      }
      return null;
    },
  };
}
