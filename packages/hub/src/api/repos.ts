import { parseRepoName, type RepoType, repoPath } from '@assay/spec';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import {
  optionalFlag,
  optionalText,
  optionalWord,
  readJsonObject,
  requiredText,
} from '../http/request-body.ts';
import { changeSettings, moveRepo, type RepoSettings } from '../repos/change-repo.ts';
import { createRepo } from '../repos/create-repo.ts';
import { deleteRepo } from '../repos/delete-repo.ts';
import type { InitialFile } from '../repos/initial-commit.ts';
import { requireRepo } from '../repos/require-repo.ts';

type Body = Record<string, unknown>;

/** `models` -> `model`; the plural that Hub paths use. */
export const typePlurals: Record<string, RepoType> = {
  models: 'model',
  datasets: 'dataset',
  spaces: 'space',
};

/** Making, deleting, renaming and setting up repos. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/api/repos/create', async (c) => {
    const actor = requireActor(c.var.actor);
    const body = await readJsonObject(c.req.raw, ctx.config.maxCommitMib);
    const repo = await createRepo(ctx, actor, {
      type: typeOf(body),
      namespace: optionalText(body, 'organization') || undefined,
      name: requiredText(body, 'name'),
      private: privacyOf(body),
      files: filesOf(body),
    });
    const url = `${baseUrl(ctx, c.req.raw)}/${repoPath(repo.type, repo)}`;
    return c.json({ url, id: repo.id, name: repo.fullName });
  });

  app.delete('/api/repos/delete', async (c) => {
    const actor = requireActor(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    const fullName = `${optionalText(body, 'organization') || actor.name}/${requiredText(body, 'name')}`;
    await deleteRepo(ctx, actor, await requireRepo(ctx, actor, typeOf(body), fullName, 'admin'));
    return c.json({});
  });

  app.post('/api/repos/move', async (c) => {
    const actor = requireActor(c.var.actor);
    const body = await readJsonObject(c.req.raw, 1);
    const repo = await requireRepo(ctx, actor, typeOf(body), requiredText(body, 'fromRepo'), 'admin');
    const to = parseRepoName(requiredText(body, 'toRepo'));
    if (!to.ok) throw new HubError('invalid-input', `"toRepo": ${to.issues[0]!.message}`);
    const moved = await moveRepo(ctx, actor, repo, to.value);
    return c.json({ url: `${baseUrl(ctx, c.req.raw)}/${repoPath(moved.type, moved)}` });
  });

  for (const [plural, type] of Object.entries(typePlurals)) perRepo(app, ctx, plural, type);
}

function perRepo(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  const path = `/api/${plural}/:namespace/:name` as const;

  app.put(`${path}/settings`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const actor = requireActor(c.var.actor);
    const repo = await requireRepo(ctx, actor, type, fullName, 'admin');
    const changed = await changeSettings(ctx, actor, repo, settingsOf(await readJsonObject(c.req.raw, 1)));
    return c.json({
      private: changed.private,
      visibility: changed.private ? 'private' : 'public',
      gated: changed.gated ?? false,
      discussionsDisabled: changed.discussionsDisabled,
    });
  });

  for (const [suffix, need] of [
    ['', 'content'],
    ['/write', 'write'],
    ['/admin', 'admin'],
  ] as const) {
    app.get(`${path}/auth-check${suffix}`, async (c) => {
      const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
      const { discussionsDisabled } = await requireRepo(ctx, c.var.actor, type, fullName, need);
      return c.json({ discussionsDisabled });
    });
  }
}

function typeOf(body: Body): RepoType {
  return optionalWord(body, 'type', ['model', 'dataset', 'space']) ?? 'model';
}

/** Newer clients send `visibility`, older ones `private`. */
function privacyOf(body: Body): boolean | undefined {
  const visibility = optionalWord(body, 'visibility', ['public', 'private', 'protected']);
  return visibility === undefined ? optionalFlag(body, 'private') : visibility !== 'public';
}

function settingsOf(body: Body): RepoSettings {
  const settings: RepoSettings = {};
  const isPrivate = privacyOf(body);
  if (isPrivate !== undefined) settings.private = isPrivate;
  const disabled = optionalFlag(body, 'discussionsDisabled');
  if (disabled !== undefined) settings.discussionsDisabled = disabled;
  if (body.gated === false) settings.gated = null;
  else if (body.gated !== undefined) settings.gated = optionalWord(body, 'gated', ['auto', 'manual']) ?? null;
  return settings;
}

function filesOf(body: Body): InitialFile[] {
  const files = body.files ?? [];
  if (!Array.isArray(files)) throw new HubError('invalid-input', '"files" must be a list');
  return files.map((file: Body) => {
    const content = optionalText(file, 'content', Number.MAX_SAFE_INTEGER) ?? '';
    const encoding = optionalWord(file, 'encoding', ['base64', 'utf-8']) ?? 'utf-8';
    return { path: requiredText(file, 'path'), content: Buffer.from(content, encoding) };
  });
}
