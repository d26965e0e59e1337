import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RepoType } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { GitError } from '../git/git-error.ts';
import { createPacketReader } from '../git/pkt-line.ts';
import { toPushAdvertisement } from '../git/push-protocol.ts';
import { isProtocol, openUploadPack } from '../git/upload-pack.ts';
import type { HubApp } from '../http/app.ts';
import { receivePack } from '../receive/receive-pack.ts';
import type { Repo } from '../repos/repo.ts';
import { refuseAccess, requireRepo, requireVisible } from '../repos/require-repo.ts';
import { fullNameOf, repoPrefixes } from './repo-prefixes.ts';

/** Git's answers change with every push. */
const noCache = { 'cache-control': 'no-cache, max-age=0, must-revalidate' };

/** Git's smart HTTP protocol: clone, fetch and push, at every address a remote may have. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [prefix, type] of repoPrefixes) perPrefix(app, ctx, `${prefix}/:namespace/:name`, type);
}

function perPrefix(app: HubApp, ctx: HubContext, path: `${string}/:namespace/:name`, type: RepoType): void {
  app.get(`${path}/info/refs`, async (c) => {
    const fullName = fullNameOf(c.req.param('namespace'), c.req.param('name'));
    const service = c.req.query('service');
    if (service === 'git-receive-pack') {
      const { repo } = await requirePusher(ctx, c.var.actor, type, fullName);
      const body = toPushAdvertisement(await ctx.git.reader(repo.id).refs());
      return gitAnswer('receive-pack-advertisement', new Uint8Array(body));
    }
    if (service !== 'git-upload-pack') {
      throw new HubError(
        'invalid-input',
        'git clients must speak the smart protocol: add ?service=git-upload-pack',
      );
    }
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'content');
    return gitAnswer('upload-pack-advertisement', advertise(ctx, repo, c.req.raw));
  });

  app.post(`${path}/git-upload-pack`, async (c) => {
    const fullName = fullNameOf(c.req.param('namespace'), c.req.param('name'));
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'content');
    const { raw: request } = c.req;
    const call = { advertise: false, protocol: request.headers.get('git-protocol'), signal: request.signal };
    const answer = openUploadPack(ctx.git.runner, ctx.git.dir(repo.id), { ...call, input: bodyOf(request) });
    return gitAnswer('upload-pack-result', answer);
  });

  app.post(`${path}/git-receive-pack`, async (c) => {
    const fullName = fullNameOf(c.req.param('namespace'), c.req.param('name'));
    const pusher = await requirePusher(ctx, c.var.actor, type, fullName);
    const report = await receivePack(ctx, { ...pusher, reader: createPacketReader(bodyOf(c.req.raw)) });
    return gitAnswer('receive-pack-result', new Uint8Array(report ?? []));
  });
}

/** Who may push anything at all: writers, and those who may open pull requests (each ref is judged later). */
async function requirePusher(ctx: HubContext, asking: Actor | null, type: RepoType, fullName: string) {
  // Before anything else: git sends no credentials until it is asked for them.
  const actor = requireActor(asking);
  const { repo, access } = await requireVisible(ctx, actor, type, fullName);
  if (!access.write && !access.discuss) throw refuseAccess(repo, actor, 'write');
  return { repo, actor };
}

function advertise(ctx: HubContext, repo: Repo, request: Request): ReadableStream<Uint8Array> {
  const protocol = request.headers.get('git-protocol');
  const refs = openUploadPack(ctx.git.runner, ctx.git.dir(repo.id), {
    advertise: true,
    protocol,
    signal: request.signal,
  });
  return isProtocol(protocol) && protocol === 'version=2' ? refs : refs.pipeThrough(withServiceLine());
}

/** Protocol 0 and 1 begin with the service's name, which git itself leaves to the HTTP server. */
function withServiceLine(): TransformStream<Uint8Array, Uint8Array> {
  const line = Buffer.from('001e# service=git-upload-pack\n0000');
  return new TransformStream({ start: (controller) => controller.enqueue(new Uint8Array(line)) });
}

function gitAnswer(kind: string, body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { headers: { ...noCache, 'content-type': `application/x-git-${kind}` } });
}

/** The request's bytes; git compresses long lists of commits it has. @throws GitError `bad-pack` when it is no gzip */
async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  const body: AsyncIterable<Uint8Array> = request.body ?? Readable.from([]);
  if (!/gzip/i.test(request.headers.get('content-encoding') ?? '')) return yield* body;
  try {
    yield* Readable.from(body).compose(createGunzip());
  } catch (cause) {
    if (!String((cause as { code?: unknown }).code).startsWith('Z_')) throw cause;
    throw new GitError('bad-pack', 'the request is not compressed as its header says', { cause });
  }
}
