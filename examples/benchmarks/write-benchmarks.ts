import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type ChoiceQuestion, generateCalendar, generateClock } from './clock-and-calendar/generate.ts';
import { generateMarketSums } from './market-sums/generate.ts';
import { generateHeightRiddles } from './who-is-tallest/generate.ts';

/** The example benchmarks, in the order in which the demo shows them. */
export const BENCHMARKS = ['market-sums', 'clock-and-calendar', 'who-is-tallest'] as const;
export type BenchmarkName = (typeof BENCHMARKS)[number];

/** Writes one benchmark as a dataset repo would hold it: eval.yaml, README and generated data. */
export async function writeBenchmark(name: BenchmarkName, folder: string): Promise<void> {
  const source = fileURLToPath(new URL(`./${name}/`, import.meta.url));
  await mkdir(folder, { recursive: true });
  await cp(source, folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
  await WRITE_DATA[name](folder);
}

const WRITE_DATA: Record<BenchmarkName, (folder: string) => Promise<void>> = {
  'market-sums': (folder) => {
    const lines = generateMarketSums().map((row) => `${JSON.stringify(row)}\n`);
    return writeFile(join(folder, 'test.jsonl'), lines.join(''));
  },
  'clock-and-calendar': async (folder) => {
    await writeCsv(join(folder, 'clock'), generateClock());
    await writeCsv(join(folder, 'calendar'), generateCalendar());
  },
  'who-is-tallest': async (folder) => {
    const rows = generateHeightRiddles();
    const columnData = [
      { name: 'id', data: rows.map((row) => row.id), type: 'STRING' as const },
      { name: 'question', data: rows.map((row) => row.question), type: 'STRING' as const },
      { name: 'answer', data: rows.map((row) => row.answer), type: 'STRING' as const },
      { name: 'people', data: rows.map((row) => row.people), type: 'INT32' as const },
    ];
    await mkdir(join(folder, 'data'), { recursive: true });
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
    await writeFile(join(folder, 'data', 'test-00000-of-00001.parquet'), bytes);
  },
};

async function writeCsv(folder: string, rows: ChoiceQuestion[]): Promise<void> {
  const names = ['id', 'question', 'a', 'b', 'c', 'd', 'answer'] as const;
  const lines = rows.map((row) => names.map((name) => quoted(row[name])).join(','));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'test.csv'), `${names.join(',')}\n${lines.join('\n')}\n`);
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
