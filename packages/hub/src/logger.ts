export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** One line an event. Fields are facts (ids, counts, milliseconds); never a token, a password or a file's content. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, error: unknown, fields?: LogFields): void;
}

const tokenLike = /\bhf_[A-Za-z0-9_]{8,}/g;

/** Blots out anything that looks like a token, whatever carried it here. */
export function withoutSecrets(text: string): string {
  return text.replace(tokenLike, 'hf_[hidden]').replace(/(\/\/[^/\s:@]+:)[^@\s/]+@/g, '$1[hidden]@');
}

/** Writes one JSON object a line, `{ time, level, message, … }`. */
export function createLogger(write: (line: string) => void, clock: () => Date = () => new Date()): Logger {
  const line = (level: string, message: string, fields: LogFields = {}) =>
    write(withoutSecrets(JSON.stringify({ time: clock().toISOString(), level, message, ...fields })));
  return {
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
    error(message, error, fields) {
      const known =
        error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) };
      line('error', message, { ...fields, ...known });
    },
  };
}

/** Says nothing; for tests and one-shot commands. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
