import type { LogUsage } from '@assay/spec';
import type { ModelUsage } from '../semantics/chat.ts';

/** Token counts by model name. */
export type UsageByModel = Record<string, LogUsage>;

export function addUsage(sums: UsageByModel, model: string, usage: ModelUsage | LogUsage | undefined): void {
  if (!usage) return;
  sums[model] ??= { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  const sum = sums[model];
  for (const [name, value] of Object.entries(usage)) {
    if (typeof value === 'number') sum[name] = ((sum[name] as number | undefined) ?? 0) + value;
  }
}

export function totalTokens(sums: UsageByModel): number {
  return Object.values(sums).reduce((total, usage) => total + usage.total_tokens, 0);
}

/** Dollars; calls of models without a price count nothing. */
export function totalCost(sums: UsageByModel): number {
  return Object.values(sums).reduce((total, usage) => total + Number(usage.total_cost ?? 0), 0);
}
