import { main } from '../../packages/cli/src/main.ts';

/** Runs `assay ARGS…` in this process, with this environment alone; its output in one text. */
export async function assayHere(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; text: string }> {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const surroundings = {
    env,
    exitCode: 0,
    write,
    writeError: write,
    columns: null,
    interrupted: () => new Promise<string>(() => {}),
  };
  return { code: await main(args, surroundings), text };
}

/** Of what `assay verify` printed: how each step came out. */
export const stepsOf = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^ {2}(done|FAILED|not possible) +(\w+)/gm)].map(([, word, name]) => [name, word]),
  );
