import type { LegacyResult } from '@assay/spec';
import type { Finding } from './finding.ts';

interface Told {
  dataset: string;
  taskId: string;
  value: number;
  valueText: string;
}

/** Numbers of a card that one message names, at most. */
const mostNamed = 3;

/**
 * Whether a value contradicts what the model's own card tells of the same benchmark. A card states no setup, so this is
 * never more than a note; a number of the card that agrees, whichever it is, settles it. Pure.
 */
export function toCardFinding(told: Told, card: LegacyResult[]): Finding | null {
  const ofDataset = card.filter(({ dataset }) => dataset.toLowerCase() === told.dataset.toLowerCase());
  const ofTask = ofDataset.filter(({ config }) => config === told.taskId);
  const numbers = ofTask.length > 0 ? ofTask : ofDataset;
  if (numbers.length === 0 || numbers.some((one) => agree(told, one, 1))) return null;
  const scaled = numbers.find((one) => agree(told, one, 100) || agree(told, one, 0.01));
  if (scaled)
    return {
      code: 'card-conflict',
      level: 'note',
      message: `The model's card says ${scaled.valueText} (${scaled.metric}), this ${told.valueText}: the same in another unit.`,
    };
  const named = numbers.slice(0, mostNamed).map(({ valueText, metric }) => `${valueText} (${metric})`);
  const more = numbers.length > mostNamed ? ` and ${numbers.length - mostNamed} more` : '';
  return {
    code: 'card-conflict',
    level: 'note',
    message: `The model's card says ${named.join(', ')}${more} for ${told.dataset}, this says ${told.valueText}.`,
  };
}

/** Equal as far as the coarser of the two is written, once the card's is scaled. */
function agree(told: Told, one: LegacyResult, scale: number): boolean {
  const coarser = Math.max(unitOf(told.valueText), unitOf(one.valueText) * scale);
  // A bare `1` is a hundred percent and anything: too little is written to see one unit in another.
  if (scale !== 1 && coarser > Math.abs(told.value) / 10) return false;
  // Half a unit of the last digit, and what a sum of doubles may add to it.
  return Math.abs(told.value - one.value * scale) <= coarser / 2 + 1e-9;
}

/** What one unit of the last written digit is worth: 0.01 for `56.25`, 1 for `56`. */
function unitOf(text: string): number {
  const [, digits = '', exponent = '0'] = /^[-+]?\d*\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text.trim()) ?? [];
  return 10 ** (Number(exponent) - digits.length);
}
