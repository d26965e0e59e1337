/** How the engine reads a hub: handed in by the caller, so that this package knows no HTTP API. */
export interface HubFiles {
  /** The commit that a branch, tag or short hash names now. */
  resolve(dataset: string, revision: string): Promise<string>;
  list(dataset: string, commit: string): Promise<FileEntry[]>;
  /** Bytes `start` to `end` (exclusive), or all. */
  open(dataset: string, commit: string, path: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
}

export interface FileEntry {
  /** From the repo's root, with slashes. */
  path: string;
  /** Bytes. */
  size: number;
}

interface ByteRange {
  start: number;
  end: number;
}

/** The files of one dataset at one commit: what everything below works on. */
export interface DatasetFiles {
  /** `ORG/NAME`, or a folder's path. */
  readonly id: string;
  /** Null for a folder. */
  readonly commit: string | null;
  list(): Promise<FileEntry[]>;
  open(path: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
}

/** A dataset of a hub at the commit that `revision` names now. */
export async function openHubDataset(
  hub: HubFiles,
  dataset: string,
  revision: string,
): Promise<DatasetFiles> {
  const commit = await hub.resolve(dataset, revision);
  let listed: Promise<FileEntry[]> | null = null;
  return {
    id: dataset,
    commit,
    list: () => (listed ??= hub.list(dataset, commit)),
    open: (path, range) => hub.open(dataset, commit, path, range),
  };
}

/** All of a file as text. For small files only. */
export async function readText(files: DatasetFiles, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await files.open(path)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
