import { askJson, type HubConnection, send } from './connection.ts';

/** Apps that log people in through the hub, and the question that these people are asked. */

export interface OAuthApp {
  /** Its `client_id`. */
  id: string;
  name: string;
  homepage: string | null;
  redirectUris: string[];
  /** Whether it has a secret. */
  confidential: boolean;
  createdAt: string;
}

/** What is said of an app when it is registered or changed. */
export type AppWish = Pick<OAuthApp, 'name' | 'redirectUris'> & { homepage?: string };

const path = '/api/assay/oauth/apps';

/** One's own, newest first. */
export async function listApps(connection: HubConnection): Promise<OAuthApp[]> {
  return (await askJson<{ apps: OAuthApp[] }>(connection, path)).apps;
}

/** The secret of a confidential app is told once. */
export function createApp(
  connection: HubConnection,
  wish: AppWish & { confidential?: boolean },
): Promise<{ id: string; secret: string | null }> {
  return askJson(connection, path, { method: 'POST', json: wish });
}

export async function changeApp(connection: HubConnection, id: string, wish: AppWish): Promise<void> {
  await send(connection, `${path}/${encodeURIComponent(id)}`, { method: 'PUT', json: wish });
}

/** Every token that the app was given ends. */
export async function deleteApp(connection: HubConnection, id: string): Promise<void> {
  await send(connection, `${path}/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export interface AppQuestion {
  app: { name: string; owner: string; homepage: string | null };
  /** Host that the person is sent back to. */
  returnsTo: string;
  /** What the app may do, one sentence a scope. */
  may: string[];
  /** Scopes that it asked for and that the hub does not have. */
  missing: string[];
  /** Organisations whose repos can be opened to it as well. */
  orgs: string[];
  /** Why it cannot be asked, and the address that tells the app so. */
  fault: { description: string; location: string } | null;
}

const question = '/api/assay/oauth/authorization';

/** @param search the query by which the app sent the person here, as it came */
export function readAppQuestion(connection: HubConnection, search: string): Promise<AppQuestion> {
  return askJson(connection, `${question}${search}`);
}

/** Gives the address to send the person to. */
export async function answerAppQuestion(
  connection: HubConnection,
  search: string,
  answer: { allow: boolean; orgs: string[] },
): Promise<string> {
  const json = answer;
  const options = { method: 'POST', json };
  return (await askJson<{ location: string }>(connection, `${question}${search}`, options)).location;
}
