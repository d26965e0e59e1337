import { parseWitnessAddress, type WitnessAddress } from '../tlog/witness-address.ts';

/** How the text of one setting becomes its value. `problem` completes the sentence "must be …". */
type Reading<T> = { value: T } | { problem: string };

export interface Reader<T> {
  read(text: string): Reading<T>;
}

/** Any text but the empty one. */
export const text: Reader<string> = { read: (input) => ({ value: input }) };

/** A whole number within bounds. */
export function integer(min: number, max: number): Reader<number> {
  return {
    read(input) {
      const value = /^\d{1,15}$/.test(input) ? Number(input) : Number.NaN;
      return value >= min && value <= max ? { value } : { problem: `a whole number from ${min} to ${max}` };
    },
  };
}

/** `true`, `1`, `yes` or `on` (any case) and their opposites. */
export const yesOrNo: Reader<boolean> = {
  read(input) {
    if (/^(true|1|yes|on)$/i.test(input)) return { value: true };
    if (/^(false|0|no|off)$/i.test(input)) return { value: false };
    return { problem: 'true or false' };
  },
};

/** One word of a list. */
export function oneOf<const T extends string>(...words: T[]): Reader<T> {
  return {
    read(input) {
      const value = words.find((word) => word === input);
      return value === undefined ? { problem: `one of ${words.join(', ')}` } : { value };
    },
  };
}

/** Words with commas between. */
export const words: Reader<readonly string[]> = {
  read: (input) => ({
    value: input
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean),
  }),
};

/** The origin (scheme, host, port) of an http or https address; a path is refused. */
export const origin: Reader<string> = {
  read(input) {
    const url = URL.parse(input);
    const fine =
      url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.username;
    return fine
      ? { value: url.origin }
      : { problem: 'an address such as https://hub.example.org, without a path' };
  },
};

/** Words with slashes between them. */
export const folder: Reader<string> = {
  read: (input) =>
    /^[\w.-]+(\/[\w.-]+)*$/.test(input)
      ? { value: input }
      : { problem: 'words of letters, digits, dots and dashes with slashes between them' },
};

/** Where PostgreSQL listens. */
export const postgresUrl: Reader<string> = {
  read: (input) =>
    /^postgres(ql)?:\/\//.test(input)
      ? { value: input }
      : { problem: 'an address that begins with postgresql://' },
};

/** A token chosen by the administrator. */
export const token: Reader<string> = {
  read: (input) =>
    /^hf_[A-Za-z0-9]{20,}$/.test(input)
      ? { value: input }
      : { problem: 'hf_ and 20 or more letters and digits' },
};

/** Ids of evaluation frameworks, separated by commas. */
export const frameworkIds: Reader<readonly string[]> = {
  read(input) {
    const ids = input.split(',').map((part) => part.trim());
    return ids.every((id) => /^[a-z0-9][a-z0-9._-]{0,99}$/.test(id))
      ? { value: ids }
      : { problem: 'ids such as my-harness, separated by commas' };
  },
};

/** A key of 32 bytes. */
export const key256: Reader<string> = {
  read: (input) => (/^[0-9a-f]{64}$/.test(input) ? { value: input } : { problem: '64 hexadecimal digits' }),
};

/** Names of hosts, each with its port, parted by commas. */
export const hostList: Reader<string[]> = {
  read(input) {
    const hosts = input
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter(Boolean);
    return hosts.every((host) => /^[a-z0-9.-]+:\d{1,5}$/.test(host))
      ? { value: hosts }
      : { problem: 'hosts with their ports, such as pypi.example.org:443,files.example.org:443' };
  },
};

/** Witnesses, each NAME+HASH+KEY@https://address, parted by commas. */
export const witnessList: Reader<WitnessAddress[]> = {
  read(input) {
    const parts = input.split(',').map((part) => part.trim());
    try {
      return { value: parts.filter(Boolean).map(parseWitnessAddress) };
    } catch {
      return { problem: 'witnesses as NAME+HASH+KEY@https://address, parted by commas' };
    }
  },
};
