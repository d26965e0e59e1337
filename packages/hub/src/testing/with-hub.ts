import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { createToken } from '../auth/tokens.ts';
import { type ConfigOverrides, loadConfig } from '../config/load-config.ts';
import { createHub, type Hub, type HubOptions } from '../hub.ts';
import { createTestDatabase } from './test-cluster.ts';

/** Origin under which tests ask. */
export const testOrigin = 'http://hub.test';

export interface TestUser {
  actor: Actor;
  /** A write token. */
  token: string;
}

export interface TestHub extends Hub {
  /** Sends a request to a path; an object as body goes as JSON; `as` adds the user's token. */
  ask(
    method: string,
    path: string,
    options?: { as?: TestUser; json?: unknown; body?: RequestInit['body']; headers?: Record<string, string> },
  ): Promise<Response>;
  /** Makes a user with a write token. */
  user(name: string, options?: { isAdmin?: boolean }): Promise<TestUser>;
}

/** Runs a whole hub on a real PostgreSQL of its own and a folder of its own, and takes both away at the end. */
export async function withHub(
  work: (hub: TestHub) => Promise<void>,
  options: HubOptions & { config?: ConfigOverrides } = {},
): Promise<void> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-hub-'));
  try {
    const config = loadConfig(
      {},
      { dataDir, databaseUrl: database.url, databaseConnections: '8', ...options.config },
    );
    if (!config.ok) throw new Error(config.issues.map((issue) => issue.message).join('; '));
    const hub = await createHub(config.value, options);
    await work(toTestHub(hub)).finally(hub.close);
  } finally {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * A visit in this process beside a hub that serves elsewhere, on its database, folder and bucket: what only code can make
 * is made here, and seen there.
 */
export async function visitHub(there: { dataDir: string; env: Record<string, string> }): Promise<TestHub> {
  const config = loadConfig(there.env, { dataDir: there.dataDir, databaseConnections: '4' });
  if (!config.ok) throw new Error(config.issues.map((issue) => issue.message).join('; '));
  return toTestHub(await createHub(config.value, { purpose: 'visit' }));
}

/** The same hub, with what tests ask it. */
export function toTestHub(hub: Hub): TestHub {
  return {
    ...hub,
    async ask(method, path, { as, json, body, headers = {} } = {}) {
      const all = new Headers(headers);
      if (as) all.set('authorization', `Bearer ${as.token}`);
      if (json !== undefined) all.set('content-type', 'application/json');
      const sent = json === undefined ? body : JSON.stringify(json);
      const init = { method, headers: all, body: sent, duplex: 'half' } as RequestInit;
      return hub.fetch(new Request(testOrigin + path, init));
    },
    async user(name, { isAdmin = false } = {}) {
      const { db } = hub.context;
      const account = await createAccount(db, { kind: 'user', name, isAdmin });
      const { id, secret } = await createToken(db, account.id, { displayName: 'test', role: 'write' });
      const token = { id, displayName: 'test', createdAt: new Date() };
      return { token: secret, actor: { id: account.id, name, isAdmin, role: 'write', via: 'token', token } };
    },
  };
}
