import { jobKeys } from './job-keys.ts';
import { peopleKeys } from './people-keys.ts';
import { placeKeys } from './place-keys.ts';
import { trafficKeys } from './traffic-keys.ts';
import { trustKeys } from './trust-keys.ts';

/** Every setting of the hub. `docs/operate.md` and `.env.example` are generated from this table. */
export const configKeys = {
  ...placeKeys,
  ...peopleKeys,
  ...trafficKeys,
  ...jobKeys,
  ...trustKeys,
};

export type ConfigKeys = typeof configKeys;
