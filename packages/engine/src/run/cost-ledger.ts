import { EngineError } from '../engine-error.ts';
import type { ModelPrice } from '../model/model-price.ts';

/** What the calls of a run cost, failed samples counted. */
export interface CostLedger {
  readonly prices: Record<string, ModelPrice>;
  /** Dollars. */
  spent: number;
  readonly ceiling: number;
}

export function createCostLedger(plan: {
  prices?: Record<string, ModelPrice>;
  maxCost?: number;
}): CostLedger {
  return { prices: plan.prices ?? {}, spent: 0, ceiling: plan.maxCost ?? Number.POSITIVE_INFINITY };
}

/** Ends the run, not the sample: its sample is repeated by a retry with a higher ceiling. */
export class CostCeiling extends EngineError {
  constructor(ledger: CostLedger) {
    super('cost-ceiling', `$${ledger.spent.toFixed(4)} of $${ledger.ceiling} are spent`);
    this.name = 'CostCeiling';
  }
}

/** Before a call: calls under way may still cross the ceiling, no further one begins. Throws CostCeiling. */
export function assertAffordable(ledger: CostLedger): void {
  if (ledger.spent >= ledger.ceiling) throw new CostCeiling(ledger);
}
