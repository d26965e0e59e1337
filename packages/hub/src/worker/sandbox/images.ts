import { readFile } from 'node:fs/promises';
import { HubError } from '../../errors.ts';

/** Tools of this machine that stand for an image. */
export interface HostImage {
  /** Folders that are shown, read-only, where they are. The system's own /usr always is. */
  paths: string[];
  /** Folders for PATH, before the system's. */
  path: string[];
}

/** Under bubblewrap there are no images: an administrator says which tools of the machine stand for which. */
export type ImageTable = Record<string, HostImage>;

/** `host` stands for the machine's own tools. */
const builtIn: ImageTable = { host: { paths: [], path: [] } };

/** @throws HubError `invalid-input` when the file is not such a table */
export async function readImageTable(file: string | undefined): Promise<ImageTable> {
  if (file === undefined) return builtIn;
  const bad = (why: string, cause?: unknown) =>
    new HubError('invalid-input', `ASSAY_JOBS_IMAGES: ${file} ${why}`, { cause });
  let table: unknown;
  try {
    table = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw bad('cannot be read as JSON', cause);
  }
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw bad('is no table of images');
  const images: ImageTable = { ...builtIn };
  for (const [name, value] of Object.entries(table as Record<string, Partial<HostImage> | null>)) {
    const { paths = [], path = [] } = value ?? {};
    for (const list of [paths, path]) {
      if (!Array.isArray(list) || !list.every((one) => typeof one === 'string' && isPlainPath(one)))
        throw bad(`names folders of "${name}" that are no absolute paths`);
    }
    images[name] = { paths, path };
  }
  return images;
}

function isPlainPath(path: string): boolean {
  return /^\/[^\0]+$/.test(path) && !path.split('/').includes('..');
}
