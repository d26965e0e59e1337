/** What the front door shows of logs. */

export type { Publisher } from '../export/every-eval-ever.ts';
export { writeEveryEvalEver } from '../export/write-every-eval-ever.ts';
export { importInspectLog } from '../import/import-inspect-log.ts';
export { toMissing, writeImportedRun } from '../import/imported-run.ts';
export { readForeignRuns } from '../import/read-foreign-run.ts';
export { type ByteSource, openFileSource } from '../log/byte-source.ts';
export { convertLog } from '../log/convert-log.ts';
export type { LogReader } from '../log/log-reader.ts';
export { createLogWriter, type LogWriter } from '../log/log-writer.ts';
export { openLog, readLog } from '../log/open-log.ts';
export {
  outcomeOf,
  readSamplePage,
  type SampleFilter,
  type SamplePage,
  sampleFilters,
} from '../log/sample-page.ts';
export { writeJsonLog } from '../log/write-json-log.ts';
export { diffLogs, type LogDiff } from '../rescore/diff-logs.ts';
export { recoverLog } from '../rescore/recover-log.ts';
export { rescoreLog } from '../rescore/rescore-log.ts';
