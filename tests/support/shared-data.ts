import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of recorded data (see its README for what it holds), or null when this clone has none beside it. */
export function findSharedData(): string | null {
  const named = process.env.ASSAY_TEST_DATA;
  const places = named
    ? [named, `${named}/data`]
    : [fileURLToPath(new URL('../../../shared/data', import.meta.url))];
  return places.find((place) => existsSync(`${place}/gsm8k/test.jsonl`)) ?? null;
}

/** For `skip:` of a test that needs the data: false when it is here, else the line to print. */
export function withoutSharedData(): string | false {
  return findSharedData() === null
    ? 'recorded data not found: set ASSAY_TEST_DATA to the folder that holds gsm8k/ and mmlu-pro/'
    : false;
}
