import { CliError } from './cli-error.ts';

/** Reads `checkpoint`, `vkey` or `tile/…` of a log; null when it is not there. */
export type ReadLog = (path: string) => Promise<Uint8Array | null>;

/** A log by the address of its hub or mirror. @throws CliError `usage`, `log-unreadable` */
export function readLogAt(url: string): ReadLog {
  const base = URL.parse(url);
  if (!base || !/^https?:$/.test(base.protocol))
    throw new CliError('usage', `${url} is no address such as https://hub.example.org`);
  return async (path) => {
    const address = new URL(`/tlog/${path}`, base);
    const answer = await fetch(address).catch((cause: Error) => {
      throw new CliError('log-unreadable', `${address} cannot be reached`, { cause });
    });
    if (answer.status === 404) {
      await answer.body?.cancel();
      return null;
    }
    if (!answer.ok) throw new CliError('log-unreadable', `${address} answered ${answer.status}`);
    return answer.bytes();
  };
}
