// Tells of a run of node:test, quietly while all is well: every failure in full, every skip with its reason.
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

export interface Tally {
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

/** The lines to print, as they come. What they tell of is counted in `counts`. */
export async function* report(source: AsyncIterable<TestEvent>, counts: Tally): AsyncGenerator<string> {
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
    } else if (
      event.type === 'test:summary' &&
      !event.data.file &&
      !event.data.success &&
      counts.failed === 0
    ) {
      // Something went wrong beside the tests; it must not pass for a clean run.
      counts.failed += 1;
      yield '  FAIL the run did not end well, though no test failed\n';
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      const message = (event.data as { message: string }).message;
      if (process.env.ASSAY_TEST_VERBOSE) yield message;
    }
  }
  yield `  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped\n`;
}
