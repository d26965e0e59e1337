import { HubError } from '../errors.ts';

const units: Record<string, number> = { '': 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** Reads `7B`, `500M` or a plain number. @throws HubError `invalid-input` naming the parameter */
export function toParameterCount(text: string, parameter: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([KMBT]?)$/i.exec(text);
  if (!match) throw new HubError('invalid-input', `${parameter} must be a number such as 7B or 500M`);
  return Math.min(Math.round(Number(match[1]) * units[match[2]!.toUpperCase()]!), Number.MAX_SAFE_INTEGER);
}
