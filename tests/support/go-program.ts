import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { startProgram } from './assay.ts';

/**
 * Builds a Go program that depends on published modules.
 * @returns null when it is built, else the line that says why it cannot be: no Go, or no module registry
 */
export async function buildGo(source: string, binary: string): Promise<string | null> {
  if (!(await hasGo())) return 'no go on PATH: install Go 1.22 or newer';
  const fetched = await startProgram('go', ['mod', 'download'], { cwd: source }).finished;
  if (fetched.code !== 0) return `go mod download failed: ${lastLine(fetched.stderr)}`;
  const built = await startProgram('go', ['build', '-o', binary, '.'], { cwd: source }).finished;
  if (built.code !== 0) throw new Error(`go build ended with ${built.code}\n${built.stderr}`);
  return null;
}

async function hasGo(): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (
      await access(join(folder, 'go')).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
