import type { HubFiles } from '@assay/engine';

/** A hub over HTTP, as whom. */
export interface HubAccess {
  /** Origin. */
  url: string;
  /** Access token that reads; good for one job. */
  token: string;
}

/** The engine's way to read a hub's datasets, through its public API: a worker may run on a machine without the repos. */
export function createHttpHubFiles(access: HubAccess): HubFiles {
  const repo = (dataset: string) => `${access.url}/api/datasets/${dataset}`;
  return {
    async resolve(dataset, revision) {
      const answer = await ask(access, `${repo(dataset)}/revision/${encodeURIComponent(revision)}`);
      const { sha } = (await answer.json()) as { sha?: string };
      if (!sha) throw new Error(`the hub names no commit for ${dataset}@${revision}`);
      return sha;
    },
    async list(dataset, commit) {
      const files: { path: string; size: number }[] = [];
      let next: string | null = `${repo(dataset)}/tree/${commit}?recursive=true`;
      while (next) {
        const answer = await ask(access, next);
        for (const entry of (await answer.json()) as { type: string; path: string; size: number }[]) {
          if (entry.type === 'file') files.push({ path: entry.path, size: entry.size });
        }
        const link = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
        // The hub writes its public address; this worker may know it under another.
        next = link ? access.url + new URL(link).pathname + new URL(link).search : null;
      }
      return files;
    },
    async open(dataset, commit, path, range) {
      const address = `${access.url}/datasets/${dataset}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
      const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end - 1}` } : {};
      const { body } = await ask(access, address, headers);
      return (body ?? new Blob([]).stream()) as unknown as AsyncIterable<Uint8Array>;
    },
  };
}

async function ask(
  { token }: HubAccess,
  address: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const answer = await fetch(address, { headers: { ...headers, authorization: `Bearer ${token}` } });
  if (answer.ok) return answer;
  const said = answer.headers.get('x-error-message') ?? `status ${answer.status}`;
  await answer.body?.cancel();
  throw new Error(`the hub refused ${new URL(address).pathname}: ${said}`);
}
