/**
 * Why a text is no expression: it exceeds a limit, looks like program code, cannot be parsed, or lies beyond what is
 * implemented here ("undecidable": the sample is then left unscored, for whatever we said might be wrong).
 */
export type MathFailureKind = 'limit' | 'unsafe' | 'no-parse' | 'undecidable';

export class MathFailure extends Error {
  readonly kind: MathFailureKind;
  constructor(kind: MathFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export function undecidable(what: string): MathFailure {
  return new MathFailure('undecidable', what);
}

export function noParse(what: string): MathFailure {
  return new MathFailure('no-parse', what);
}
