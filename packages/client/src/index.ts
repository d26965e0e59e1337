/**
 * The hallway between any program and a hub.
 *
 * Owns: one typed function per REST verb of the Hub's API and of Assay's own; which hub, which token and which
 * fetch are parameters, so the same code talks to huggingface.co, to an Assay and to a hub in the same process.
 * Promises: every failure is a ClientError with a closed code, the status, the request id and the server's words;
 * lists are walked lazily; the token goes to the hub's own origin only.
 * Never: keeps state, reads the environment, retries a write, or knows what an evaluation is.
 */
export * from './accounts.ts';
export * from './administration.ts';
export * from './benchmarks.ts';
export * from './client-error.ts';
export * from './commits.ts';
export type { HubConnection } from './connection.ts';
export * from './contested.ts';
export * from './discussions.ts';
export * from './evidence.ts';
export * from './files.ts';
export * from './jobs.ts';
export * from './leaderboards.ts';
export * from './mirrors.ts';
export * from './oauth-apps.ts';
export * from './plans.ts';
export * from './refs.ts';
export * from './registry.ts';
export * from './repos.ts';
export * from './results.ts';
export type { RepoRef } from './routes.ts';
export * from './settings.ts';
export * from './trust.ts';
export * from './webhooks.ts';
