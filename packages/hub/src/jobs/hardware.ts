import { availableParallelism } from 'node:os';
import type { Config } from '../config/load-config.ts';

/** A size of job. There is one: what the administrator allows each. */
export interface Flavor {
  name: string;
  cores: number;
  /** Bytes. */
  memory: number;
  /** Bytes. */
  disk: number;
}

const mib = 1024 * 1024;

export function listFlavors(config: Config): Flavor[] {
  const memory = config.jobsMemoryMib * mib;
  return [{ name: 'cpu-basic', cores: availableParallelism(), memory, disk: config.jobsDiskMib * mib }];
}

export function flavorOf(config: Config, name: string): Flavor | undefined {
  return listFlavors(config).find((flavor) => flavor.name === name);
}

/** As the Hub's clients read it. */
export function toWireFlavor({ name, cores, memory, disk }: Flavor): object {
  return {
    name,
    prettyName: 'CPU Basic',
    cpu: `${cores} vCPU`,
    ram: `${Math.round(memory / mib)} MB`,
    ephemeralStorage: `${Math.round(disk / mib)} MB`,
    accelerator: null,
    unitCostMicroUSD: 0,
    unitCostUSD: 0,
    unitLabel: 'minute',
  };
}
