/** What a command sees of the process it runs in; tests hand in their own. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** What `assay` exits with when a command ends without an error. */
  exitCode: number;
  write(text: string): void;
  writeError(text: string): void;
  /** Resolves when the process is asked to stop. */
  interrupted(): Promise<string>;
}
