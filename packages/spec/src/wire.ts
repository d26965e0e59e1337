/** Hugging Face's spelling, in one place: the JSON shapes of its API. */
export type * from './wire-accounts.ts';
export type * from './wire-discussions.ts';
export type * from './wire-files.ts';
export type * from './wire-headers.ts';
export type * from './wire-repos.ts';
export type * from './wire-results.ts';
