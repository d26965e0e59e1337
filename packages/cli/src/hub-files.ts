import { type HubConnection, listTree, repoInfo, resolveFile } from '@assay/client';

/** The engine's way to read a hub (its HubFiles), through the client. Bytes in a range: `end` is not included. */
export function toHubFiles(connection: HubConnection) {
  const repo = (name: string) => ({ type: 'dataset', name }) as const;
  return {
    async resolve(dataset: string, revision: string): Promise<string> {
      const info = await repoInfo(connection, repo(dataset), { revision });
      if (!info.sha) throw new Error(`${connection.endpoint} names no commit for ${dataset}@${revision}`);
      return info.sha;
    },
    async list(dataset: string, commit: string): Promise<{ path: string; size: number }[]> {
      const files: { path: string; size: number }[] = [];
      for await (const entry of listTree(connection, repo(dataset), { revision: commit, recursive: true })) {
        if (entry.type === 'file') files.push({ path: entry.path, size: entry.size });
      }
      return files;
    },
    async open(
      dataset: string,
      commit: string,
      path: string,
      range?: { start: number; end: number },
    ): Promise<AsyncIterable<Uint8Array>> {
      const asked = range ? { range: { start: range.start, end: range.end - 1 } } : {};
      const file = await resolveFile(connection, repo(dataset), path, { revision: commit, ...asked });
      return file.stream as unknown as AsyncIterable<Uint8Array>;
    },
  };
}
