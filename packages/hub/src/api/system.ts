import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';

/** Health, and the noise that every client process makes once: answered fast, and never with an error. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/healthz', async (c) => {
    await ctx.db.query('SELECT 1');
    return c.json({ status: 'ok' });
  });
  app.all('/api/telemetry/*', (c) => c.json({}));
  app.all('/v1/telemetry', (c) => c.json({ error: 'not found' }, 404));
  app.get('/api/agent-harnesses', (c) => c.json({ error: 'not found' }, 404));
}
