/** What the front door shows of logs. */
export { type ByteSource, openFileSource } from '../log/byte-source.ts';
export type { LogReader } from '../log/log-reader.ts';
export { createLogWriter, type LogWriter } from '../log/log-writer.ts';
export { openLog, readLog } from '../log/open-log.ts';
export { writeJsonLog } from '../log/write-json-log.ts';
