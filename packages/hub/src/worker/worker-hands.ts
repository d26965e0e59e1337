import type { HubContext } from '../context.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** What every job of one worker finds. */
export interface WorkerHands {
  ctx: HubContext;
  id: string;
  /** Address of the hub, as this machine reaches it. */
  hubUrl: string;
  /** Whether it has a data folder of its own rather than the hub's. */
  remote: boolean;
  /** What commands of users run in; null when there is nothing that could hold them. */
  sandbox: Sandbox | null;
  /** Aborted when the worker is to stop: jobs under way are given back. */
  stopping: AbortSignal;
}

/** Thrown by a job that was not done because its worker stops; the queue gives it to another. */
export class WorkerStopping extends Error {}
