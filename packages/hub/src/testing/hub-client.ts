import assert from 'node:assert/strict';
import type { TestHub, TestUser } from './with-hub.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are judged member by member
export type Json = any;

/** Sends JSON, and answers the status with the parsed body. */
export async function askJson(
  hub: TestHub,
  method: string,
  path: string,
  options: { as?: TestUser; json?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Json; headers: Headers }> {
  const answer = await hub.ask(method, path, options);
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
}

/** Makes a repo `ns/name` in the user's own namespace, or in an organisation of theirs. */
export async function makeRepo(
  hub: TestHub,
  as: TestUser,
  repo: { type?: 'model' | 'dataset'; name: string; organization?: string; private?: boolean },
): Promise<string> {
  const { status, body } = await askJson(hub, 'POST', '/api/repos/create', { as, json: repo });
  assert.equal(status, 200, JSON.stringify(body));
  return body.id;
}

export interface TestCommit {
  type?: 'model' | 'dataset';
  /** `ns/name` */
  repo: string;
  /** Branch or pull request; `main` when left out. */
  to?: string;
  /** Path -> text; null deletes. */
  files: Record<string, string | null>;
  title?: string;
  createPr?: boolean;
}

/** Commits over the Hub's REST route; answers its JSON. */
export async function commitFiles(hub: TestHub, as: TestUser, commit: TestCommit): Promise<Json> {
  const { type = 'model', repo, to = 'main', files, title = 'A change' } = commit;
  const lines = [
    { key: 'header', value: { summary: title, description: '' } },
    ...Object.entries(files).map(([path, text]) =>
      text === null
        ? { key: 'deletedFile', value: { path } }
        : { key: 'file', value: { path, content: Buffer.from(text).toString('base64'), encoding: 'base64' } },
    ),
  ];
  const query = commit.createPr ? '?create_pr=1' : '';
  const path = `/api/${type}s/${repo}/commit/${encodeURIComponent(to)}${query}`;
  const body = lines.map((line) => JSON.stringify(line)).join('\n');
  const answer = await hub.ask('POST', path, {
    as,
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const json = (await answer.json()) as Json;
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
}

/** Opens a pull request with files; answers its number. */
export async function proposeFiles(hub: TestHub, as: TestUser, commit: TestCommit): Promise<number> {
  const { pullRequestUrl } = await commitFiles(hub, as, { ...commit, createPr: true });
  return Number(/\/discussions\/(\d+)$/.exec(pullRequestUrl)![1]);
}

/** One entry of a result file. */
export function entryText(entry: {
  dataset: string;
  task?: string;
  value: number | string;
  date?: string;
  notes?: string;
  url?: string;
}): string {
  const { dataset, task = 'main', value, date, notes, url } = entry;
  return [
    `- dataset: {id: ${dataset}, task_id: ${task}}`,
    `  value: ${value}`,
    ...(date ? [`  date: "${date}"`] : []),
    ...(notes ? [`  notes: "${notes}"`] : []),
    ...(url ? [`  source: {url: "${url}"}`] : []),
    '',
  ].join('\n');
}

/** A registration with one task, `main`. */
export const evalYamlText = `name: Sums
description: Small sums.
evaluation_framework: inspect-ai
tasks:
  - id: main
    config: default
    split: test
    field_spec: {input: question, target: answer}
    solvers:
      - name: generate
    scorers:
      - name: match
`;
