import { parse } from 'yaml';
import { EngineError } from '../engine-error.ts';
import type { ModelUsage } from '../semantics/chat.ts';

/** Dollars for a million tokens, as the user's price table says; the engine knows no prices itself. */
export interface ModelPrice {
  input: number;
  output: number;
  input_cache_write?: number;
  input_cache_read?: number;
}

const MILLION = 1_000_000;

/** Dollars. Tokens that went through a cache cost as much as others where the table does not say. */
export function toCost(usage: ModelUsage, price: ModelPrice): number {
  const written = usage.input_tokens_cache_write ?? 0;
  const read = usage.input_tokens_cache_read ?? 0;
  const dollars =
    usage.input_tokens * price.input +
    usage.output_tokens * price.output +
    written * (price.input_cache_write ?? price.input) +
    read * (price.input_cache_read ?? price.input);
  return dollars / MILLION;
}

/**
 * A ceiling on costs holds only where every model has a price.
 * @param judges models that the task itself names
 * @throws EngineError `plan-invalid`
 */
export function assertPriced(
  options: {
    model: string;
    modelRoles?: Record<string, string[]>;
    limits?: { cost?: number };
    maxCost?: number;
    prices?: Record<string, ModelPrice>;
  },
  judges: string[] = [],
): void {
  if (options.limits?.cost === undefined && options.maxCost === undefined) return;
  const models = [options.model, ...Object.values(options.modelRoles ?? {}).flat(), ...judges];
  const unpriced = models.filter((name) => !Object.hasOwn(options.prices ?? {}, name));
  if (unpriced.length === 0) return;
  throw new EngineError(
    'plan-invalid',
    `there is a ceiling on costs and no price for ${unpriced.join(', ')}`,
    {
      hint: 'give --model-cost-config FILE: {"MODEL": {"input": 0.5, "output": 1.5}}, dollars for a million tokens',
    },
  );
}

/**
 * A price table, YAML or JSON: model names and their prices.
 * @throws EngineError `plan-invalid` naming the model whose price is none
 */
export function parsePrices(text: string): Record<string, ModelPrice> {
  const table = readTable(text);
  for (const [name, price] of Object.entries(table)) {
    const numbers = [
      price?.input,
      price?.output,
      price?.input_cache_write ?? 0,
      price?.input_cache_read ?? 0,
    ];
    if (numbers.every((each) => typeof each === 'number' && each >= 0)) continue;
    throw new EngineError('plan-invalid', `the price of ${name} is not one`, {
      hint: 'it looks like {"input": 0.5, "output": 1.5}: dollars for a million tokens',
    });
  }
  return table as Record<string, ModelPrice>;
}

function readTable(text: string): Record<string, Partial<ModelPrice> | null> {
  let table: unknown;
  try {
    table = parse(text);
  } catch (cause) {
    throw new EngineError('plan-invalid', 'the price table is neither YAML nor JSON', { cause });
  }
  if (typeof table === 'object' && table !== null && !Array.isArray(table)) return table as never;
  throw new EngineError('plan-invalid', 'a price table maps model names to prices');
}
