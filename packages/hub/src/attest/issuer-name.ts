import type { HubContext } from '../context.ts';

/** How this hub is called in what it signs: its public address, or its log's name when it has none. */
export function issuerName(ctx: Pick<HubContext, 'config' | 'tlog'>): string {
  return ctx.config.publicUrl ?? `urn:assay:log:${ctx.tlog.origin}`;
}
