import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DatasetFiles } from '../dataset/dataset-files.ts';
import { openFolderDataset } from '../dataset/folder-dataset.ts';

/** A folder as the only dataset of a hub, for programs that read benchmarks from hubs alone. */
export interface FolderHub {
  url: string;
  /** `local/NAME`. */
  dataset: string;
  /** Made of the files' contents: what a client keeps of it is never stale. */
  commit: string;
  close(): Promise<void>;
}

interface HubFile {
  path: string;
  size: number;
  oid: string;
}

/**
 * Serves a folder on a free port of this machine, in the few answers that the Hub's Python clients need to read a
 * dataset. Only files that were in the folder at the start are served, by their exact names.
 * @throws EngineError `dataset-missing`
 */
export async function startFolderHub(folder: string): Promise<FolderHub> {
  const files = await openFolderDataset(folder);
  const listed: HubFile[] = [];
  for (const { path, size } of await files.list()) {
    listed.push({ path, size, oid: await digest(files, path) });
  }
  const commit = createHash('sha1')
    .update(listed.map((file) => `${file.path}\0${file.oid}\n`).join(''))
    .digest('hex');
  const name = basename(resolve(folder))
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  const dataset = `local/${name || 'benchmark'}`;
  const answers = new Answers(files, listed, { dataset, commit });
  const server = createServer((request, response) => {
    answers.answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((ready, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', ready);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    dataset,
    commit,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function digest(files: DatasetFiles, path: string): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of await files.open(path)) hash.update(chunk);
  return hash.digest('hex');
}

class Answers {
  readonly #files: DatasetFiles;
  readonly #listed: HubFile[];
  readonly #repo: { dataset: string; commit: string };

  constructor(files: DatasetFiles, listed: HubFile[], repo: { dataset: string; commit: string }) {
    this.#files = files;
    this.#listed = listed;
    this.#repo = repo;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
    const { dataset, commit } = this.#repo;
    const [api, resolved] = [`/api/datasets/${dataset}`, `/datasets/${dataset}/resolve/${commit}/`];
    if (path === api || path.startsWith(`${api}/revision/`)) return send(response, 200, this.#info());
    const tree = /^\/tree\/[^/]+\/?(.*)$/.exec(path.startsWith(api) ? path.slice(api.length) : '');
    if (tree) return this.#sendTree(tree[1]!, request, response);
    if (path.startsWith(`${api}/paths-info/`)) return this.#sendPaths(request, response);
    const file = path.startsWith(resolved)
      ? this.#listed.find((one) => one.path === path.slice(resolved.length))
      : undefined;
    if (file) return this.#sendFile(file, request, response);
    response.setHeader('x-error-code', path.startsWith(resolved) ? 'EntryNotFound' : 'RepoNotFound');
    send(response, 404, { error: 'not here' });
  }

  #info(): object {
    const { dataset, commit } = this.#repo;
    const siblings = this.#listed.map(({ path }) => ({ rfilename: path }));
    return { id: dataset, sha: commit, private: false, gated: false, disabled: false, tags: [], siblings };
  }

  #sendTree(folder: string, request: IncomingMessage, response: ServerResponse): void {
    const inside = folder === '' ? '' : `${folder}/`;
    const within = this.#listed.filter((file) => file.path.startsWith(inside));
    const deep = /^true$/i.test(new URL(request.url!, 'http://hub').searchParams.get('recursive') ?? '');
    if (within.length === 0 && folder !== '') {
      response.setHeader('x-error-code', 'EntryNotFound');
      send(response, 404, { error: 'not here' });
      return;
    }
    const folders = new Set(
      within.flatMap(({ path }) => {
        const parts = path.slice(inside.length).split('/').slice(0, -1);
        return parts
          .slice(0, deep ? undefined : 1)
          .map((_part, at) => inside + parts.slice(0, at + 1).join('/'));
      }),
    );
    const here = within.filter((file) => deep || !file.path.slice(inside.length).includes('/'));
    send(response, 200, [...[...folders].map((path) => toFolder(path)), ...here.map(toEntry)]);
  }

  async #sendPaths(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const asked = text.startsWith('{')
      ? (JSON.parse(text) as { paths: string[] }).paths
      : new URLSearchParams(text).getAll('paths');
    const found = asked.flatMap((path) => {
      const file = this.#listed.find((one) => one.path === path);
      if (file) return [toEntry(file)];
      return this.#listed.some((one) => one.path.startsWith(`${path}/`)) ? [toFolder(path)] : [];
    });
    send(response, 200, found);
  }

  async #sendFile(file: HubFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = asked ? Number(asked[1]) : 0;
    const end = Math.min(asked?.[2] ? Number(asked[2]) + 1 : file.size, file.size);
    response.writeHead(asked ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': Math.max(0, end - start),
      'accept-ranges': 'bytes',
      etag: `"${file.oid}"`,
      'x-repo-commit': this.#repo.commit,
      ...(asked ? { 'content-range': `bytes ${start}-${end - 1}/${file.size}` } : {}),
    });
    if (request.method === 'HEAD' || end <= start) return void response.end();
    await pipeline(await this.#files.open(file.path, { start, end }), response);
  }
}

function toEntry({ path, size, oid }: HubFile): object {
  return { type: 'file', path, size, oid };
}

function toFolder(path: string): object {
  return { type: 'directory', path, size: 0, oid: createHash('sha1').update(path).digest('hex') };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
