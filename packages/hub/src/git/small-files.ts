import { close, closeSync, type Dirent, open, openSync, read, readdirSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';

/** How the small files of a repo are read: refs and loose objects. */
export interface SmallFiles {
  /**
   * What `take` makes of a file's bytes, which are overwritten afterwards. Null: there is no such file; `unclear`: it is
   * longer than 32 KiB, it cannot be read, or `take` threw.
   */
  read<T>(path: string, take: (bytes: Buffer) => T): Promise<T | 'unclear' | null>;
  /** What lies in a folder; null: it cannot be read. */
  list(folder: string): Promise<Dirent[] | null>;
}

/** Bytes of a file up to which it is read here. */
const maxBytes = 32 * 1024;

/** Buffers that nobody reads into at the moment. */
const spare: Buffer[] = [];
const maxSpare = 32;

const [openFile, readFile] = [promisify(open), promisify(read)];

/** A folder of that name is no file either. */
function absentOrUnclear(error: unknown): 'unclear' | null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' ? null : 'unclear';
}

/** Others go on while a file is read. */
export const sideBySide: SmallFiles = {
  async read(path, take) {
    let file: number;
    try {
      file = await openFile(path, 'r');
    } catch (error) {
      return absentOrUnclear(error);
    }
    const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(maxBytes);
    try {
      // One read gives all there is; should it ever give less, the object is cut off, and left to git.
      const { bytesRead } = await readFile(file, buffer, 0, buffer.length, 0);
      return bytesRead === buffer.length ? 'unclear' : take(buffer.subarray(0, bytesRead));
    } catch (error) {
      return absentOrUnclear(error);
    } finally {
      if (spare.length < maxSpare) spare.push(buffer);
      close(file, () => {}); // nothing was written: nothing can come of it
    }
  },
  list: (folder) => readdir(folder, { withFileTypes: true }).catch(() => null),
};

/** Milliseconds that a file may take on average before others are to be read meanwhile. */
const slow = 0.25;
/** Files that are read side by side before it is tried again. */
const detour = 256;
/** Milliseconds after which whatever else waits gets its turn. */
const turn = 5;

/**
 * For a process that answers nobody meanwhile: each file is read at once, which costs a third of reading it side by side
 * with others. From disks that keep it waiting (cold, or far away) it reads side by side after all.
 */
export function createPromptFiles(now = () => performance.now()): SmallFiles {
  let average = 0;
  let aside = 0;
  let turned = now();
  let waiting: Promise<void> | null = null;
  const giveTurn = async () => {
    await setImmediate();
    turned = now();
    waiting = null;
  };
  /** Whether the next file is read at once. */
  const prompt = async () => {
    if (waiting !== null || now() - turned > turn) {
      waiting ??= giveTurn();
      await waiting;
    }
    if (aside > 0) aside -= 1;
    return aside === 0;
  };
  const timed = <T>(work: () => T): T => {
    const begin = now();
    const done = work();
    average += (now() - begin - average) / 32;
    if (average > slow) [average, aside] = [0, detour];
    return done;
  };
  return {
    async read(path, take) {
      if (!(await prompt())) return sideBySide.read(path, take);
      const bytes = timed(() => readNow(path));
      if (bytes === null || bytes === 'unclear') return bytes;
      try {
        return take(bytes);
      } catch {
        return 'unclear';
      }
    },
    list: async (folder) => ((await prompt()) ? timed(() => listNow(folder)) : sideBySide.list(folder)),
  };
}

const scratch = Buffer.allocUnsafeSlow(maxBytes);

function readNow(path: string): Buffer | 'unclear' | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return absentOrUnclear(error);
  }
  try {
    const length = readSync(file, scratch, 0, scratch.length, 0);
    return length === scratch.length ? 'unclear' : scratch.subarray(0, length);
  } catch (error) {
    return absentOrUnclear(error);
  } finally {
    closeSync(file);
  }
}

function listNow(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return null;
  }
}
