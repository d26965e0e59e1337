import type { SemanticsCode } from '../../packages/engine/src/semantics/error.ts';
import { SemanticsError } from '../../packages/engine/src/semantics/error.ts';

/** The Python exception that Inspect raises where we refuse. `KeyError` and its kin are names in the case files. */
const exceptions: Partial<Record<SemanticsCode, string>> = {
  'unknown-step': 'ValidationError',
  'unknown-argument': 'TypeError',
  'missing-argument': 'TypeError',
  'bad-argument': 'ValueError',
  'unknown-variable': 'KeyError',
  'bad-template': 'ValueError',
  'missing-column': 'KeyError',
  'bad-record': 'ValidationError',
  'bad-target-index': 'IndexError',
  'no-user-message': 'ValueError',
  'no-choices': 'ValueError',
  'bad-target': 'ValueError',
  'bad-pattern': 'error',
  'unknown-reducer': 'LookupError',
  'reducer-epochs': 'PrerequisiteError',
  'bad-metric': 'ValueError',
  'bad-number': 'ValueError',
};

/** The result of `run`, or `{ error }` with the exception Inspect would have raised. */
export async function outcome(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SemanticsError) return { error: exceptions[error.code] ?? error.code };
    throw error;
  }
}
