import { askJson, type HubConnection, send } from './connection.ts';

// Assay's own API: huggingface.co has no such routes.

/** A repo that follows one on another hub. */
export interface Mirror {
  type: 'model' | 'dataset';
  /** `namespace/name` on this hub. */
  name: string;
  /** Page of the repo it follows. */
  origin: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** What is under way: a step, how many things of its kind are done, and their bytes. */
  progress: { step?: string; done?: number; bytes?: number };
  /** Why the last try failed. */
  problem?: string;
  syncedAt?: string;
  nextAt: string;
  /** Large files that are not here, and why; the first hundred. */
  missing: { path: string; size: number; problem: string }[];
}

export interface MirrorWish {
  /** `namespace/name` on the other hub. */
  name: string;
  /** That hub; huggingface.co when left out. */
  from?: string;
  /** Left out: a dataset of that name, else a model. */
  type?: 'model' | 'dataset';
  /** Name on this hub, when it shall be another. */
  as?: string;
  /** Bytes; larger files stay where they are. Left out: all are brought. */
  maxLargeFile?: number;
}

/** Administrators only: makes a mirror, or has one brought up to date. The work goes on after the answer. */
export function startMirror(connection: HubConnection, wish: MirrorWish): Promise<Mirror> {
  return askJson(connection, '/api/assay/mirrors', { method: 'POST', json: wish });
}

export function readMirror(connection: HubConnection, type: Mirror['type'], name: string): Promise<Mirror> {
  return askJson(connection, `/api/assay/mirrors/${type}/${name}`);
}

/** Administrators only: what is there stays, and follows no more. */
export async function endMirror(
  connection: HubConnection,
  type: Mirror['type'],
  name: string,
): Promise<void> {
  await send(connection, `/api/assay/mirrors/${type}/${name}`, { method: 'DELETE' });
}
