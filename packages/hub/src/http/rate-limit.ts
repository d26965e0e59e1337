import type { MiddlewareHandler } from 'hono';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubEnv } from './app.ts';
import { rawPath } from './raw-path.ts';

/** Seconds of one window, as on the Hub. */
const windowSeconds = 300;
/** Keys that are remembered at once; the one longest ago is forgotten. */
const mostKeys = 50_000;

/** Requests by POST that change nothing, or only prepare what another request does. */
const harmlessPosts =
  /\/(git-upload-pack|info\/lfs\/objects\/batch)$|\/(paths-info|preupload)\/|^\/api\/(validate-yaml|telemetry\/)|^\/oauth\/token$/;
/** Parts of large files: each request carries a grant that was given, and counted, before. */
const signedPaths = /^\/(lfs|xet|v1)\//;
/** Addresses that stand for everybody: the hub's own machine, or a proxy in front of it. */
const nobodysAddress = /^(unknown|127\.|::1$|::ffff:127\.)/;

/**
 * Lets an account, or an address without one, ask so often and no more. Writes are counted in the database, for all
 * processes of the hub together; reads in this process, as a count each would cost more than many a read. Administrators
 * are not limited, nor is the hub's own machine.
 */
export function rateLimit(ctx: HubContext): MiddlewareHandler<HubEnv> {
  const reads = createReadCounts(() => ctx.clock().getTime());
  return async (c, next) => {
    const path = rawPath(c.req.url);
    const key = signedPaths.test(path) ? null : keyOf(c.var.actor, c.env?.address);
    if (key !== null) {
      const write = isWrite(c.req.method, path);
      const quota = write ? ctx.config.writesPerWindow : ctx.config.readsPerWindow;
      const { count, seconds } = write ? await countWrite(ctx, key) : reads(key);
      if (count > quota) throw tooMany(write ? 'changes' : 'requests', quota, seconds);
    }
    await next();
  };
}

function keyOf(actor: HubEnv['Variables']['actor'], address = 'unknown'): string | null {
  if (actor) return actor.isAdmin ? null : `account ${actor.id}`;
  return nobodysAddress.test(address) ? null : `address ${address}`;
}

function isWrite(method: string, path: string): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method) && !harmlessPosts.test(path);
}

function tooMany(what: string, quota: number, seconds: number): HubError {
  const sentence = `more than ${quota} ${what} in ${windowSeconds / 60} minutes`;
  const facts = { retryAfterSeconds: seconds, rateLimit: { quota, windowSeconds } };
  return new HubError('rate-limited', sentence, {
    ...facts,
    hint: `Wait ${seconds} s, or ask an administrator.`,
  });
}

interface Counted {
  count: number;
  /** Until the window ends. */
  seconds: number;
}

async function countWrite(ctx: HubContext, key: string): Promise<Counted> {
  const counted = await ctx.db.one<Counted>(
    `INSERT INTO record.write_counts AS w (key, began_at, count) VALUES ($1, now(), 1)
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN w.began_at <= now() - make_interval(secs => $2) THEN 1 ELSE w.count + 1 END,
       began_at = CASE WHEN w.began_at <= now() - make_interval(secs => $2) THEN now() ELSE w.began_at END
     RETURNING count, greatest(1, ceil(extract(epoch FROM began_at - now()) + $2))::int AS seconds`,
    [key, windowSeconds],
  );
  if (counted.count === 1) {
    await ctx.db.query("DELETE FROM record.write_counts WHERE began_at < now() - interval '1 hour'");
  }
  return counted;
}

function createReadCounts(now: () => number): (key: string) => Counted {
  const windows = new Map<string, { began: number; count: number }>();
  return (key) => {
    let window = windows.get(key);
    if (!window || window.began <= now() - windowSeconds * 1000) {
      windows.delete(key); // so that the map stays ordered by beginning
      window = { began: now(), count: 0 };
      windows.set(key, window);
      if (windows.size > mostKeys) windows.delete(windows.keys().next().value!);
    }
    window.count += 1;
    return {
      count: window.count,
      seconds: Math.max(1, Math.ceil((window.began - now()) / 1000 + windowSeconds)),
    };
  };
}
