import type { TestContext } from 'node:test';
import { startAssay } from './assay.ts';

/** Runs `assay mock ARGS…` on a free port until the test ends; gives its base URL. */
export async function startMockProcess(t: Pick<TestContext, 'after'>, args: string[]): Promise<string> {
  const url = Promise.withResolvers<string>();
  let said = '';
  const { child, finished } = startAssay(['mock', '--port', '0', ...args], {
    onOutput: (text) => {
      said += text;
      const found = /Mock endpoint at (\S+)/.exec(said);
      if (found) url.resolve(found[1]!);
    },
  });
  t.after(async () => {
    child.kill('SIGTERM');
    await finished;
  });
  void finished.then((done) => url.reject(new Error(`assay mock ended with ${done.code}\n${done.stderr}`)));
  return url.promise;
}
