import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One sample on which we and the authors disagree, and why. */
export interface Deviation {
  model: string;
  sample: string;
  ours: string;
  theirs: string;
  kind: string;
}

const FOLDER = fileURLToPath(new URL('../../.cache/reports/', import.meta.url));

/** Writes every deviation, sample by sample, with what its kind means. Gives the file's path. */
export async function writeDeviations(
  name: string,
  deviations: Deviation[],
  kinds: Record<string, string>,
): Promise<string> {
  const counts = Object.entries(kinds).map(([kind, meaning]) => {
    const count = deviations.filter((one) => one.kind === kind).length;
    return `- **${kind}** (${count}): ${meaning}`;
  });
  const rows = deviations.map(
    (one) => `| ${one.model} | ${one.sample} | ${one.ours} | ${one.theirs} | ${one.kind} |`,
  );
  const text = [
    `# ${name}: where our scores and the authors' verdicts differ`,
    '',
    `${deviations.length} samples.`,
    '',
    ...counts,
    '',
    '| model | sample | ours | theirs | kind |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}${name}.md`, text);
  return `${FOLDER}${name}.md`;
}
