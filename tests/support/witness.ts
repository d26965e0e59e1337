import { startAssay } from './assay.ts';

export interface RunningWitness {
  /** As ASSAY_WITNESSES takes it: NAME+HASH+KEY@http://… */
  address: string;
  /** Once it listens no more. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A real `assay witness` as a process of its own, until the test ends. @param log verifier key of the log it watches */
export async function startWitness(
  t: { after(work: () => Promise<void>): void },
  place: { folder: string; log: string; port?: number },
): Promise<RunningWitness> {
  const { folder, log, port = 0 } = place;
  const args = ['witness', '--name', 'witness.test', '--data', folder, '--log', log, '--port', String(port)];
  let text = '';
  let listening = () => {};
  const spoke = new Promise<void>((resolve) => {
    listening = resolve;
  });
  const onOutput = (piece: string) => {
    text += piece;
    if (text.includes('\n')) listening();
  };
  const running = startAssay(args, { onOutput });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    running.child.kill(signal);
    await running.finished;
  };
  t.after(() => stop());
  const ended = running.finished.then(({ stdout, stderr }) => {
    throw new Error(`the witness ended\n${stdout}${stderr}`);
  });
  ended.catch(() => {});
  await Promise.race([spoke, ended]);
  return { address: text.trim(), stop };
}
