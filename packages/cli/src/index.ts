/**
 * The bell: the `assay` command. Parses arguments, calls a room, prints. Owns no rule of its own: whatever it can do,
 * another program can do through the rooms. Never guesses: what is not understood exits with 2.
 */
export { main } from './main.ts';
export type { Surroundings } from './surroundings.ts';
