// A reporter for node:test that stays quiet while all is well: one line a file, every failure in full, every skip
// with its reason. At the end it writes the counts as JSON to the file named by ASSAY_TEST_COUNTS.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

interface Counts {
  passed: number;
  failed: number;
  skipped: string[];
}

interface TestData {
  name: string;
  file?: string;
  skip?: string | boolean;
  details?: { type?: string; duration_ms?: number; error?: Error & { cause?: unknown } };
}

const isLeaf = (data: TestData) => data.details?.type !== 'suite' && !data.name.endsWith('.test.ts');

function failureText(data: TestData, where: string): string {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return `  FAIL ${where}: ${data.name}\n${text.replace(/^/gm, '       ')}\n`;
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  for await (const event of source) {
    const data = event.data as TestData | undefined;
    const where = data?.file ? relative(process.cwd(), data.file) : '';
    if (event.type === 'test:pass' && data) {
      if (data.skip !== undefined && data.skip !== false) {
        const reason = typeof data.skip === 'string' ? data.skip : 'no reason given';
        counts.skipped.push(`${where}: ${data.name}: ${reason}`);
        yield `  SKIP ${where}: ${data.name}: ${reason}\n`;
      } else if (isLeaf(data)) counts.passed += 1;
    } else if (event.type === 'test:fail' && data) {
      // A suite fails when a test in it failed; that one is counted already, unless the file itself broke.
      const cause = data.details?.error as { failureType?: string } | undefined;
      if (cause?.failureType === 'subtestsFailed') continue;
      counts.failed += 1;
      yield failureText(data, where);
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      const message = (event.data as { message: string }).message;
      if (process.env.ASSAY_TEST_VERBOSE) yield message;
    }
  }
  const target = process.env.ASSAY_TEST_COUNTS;
  if (target) writeFileSync(target, JSON.stringify(counts));
  yield `  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped\n`;
}
