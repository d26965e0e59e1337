/** What a command sees of the process it runs in; tests hand in their own. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** What `assay` exits with when a command ends without an error. */
  exitCode: number;
  write(text: string): void;
  writeError(text: string): void;
  /** Width of the terminal that `writeError` goes to; null when that is none. */
  columns: number | null;
  /** Resolves when the process is asked to stop. */
  interrupted(): Promise<string>;
}
