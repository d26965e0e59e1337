import type { HiddenResult } from '@assay/client';
import type { CLOSING_REASONS, ClosingReason } from '@assay/spec';

type StatedReason = (typeof CLOSING_REASONS)[number];

/** Why a pull request is closed without merging, as the form offers it; `other` needs words. */
export const CLOSING_LABELS: Record<StatedReason, string> = {
  'wrong-configuration': 'Wrong configuration',
  superseded: 'Superseded by another result',
  disputed: 'Disputed',
  spam: 'Spam',
  other: 'Another reason',
};

/** Why a pull request was closed, for readers. */
export const CLOSED_LABELS: Record<ClosingReason, string> = {
  ...CLOSING_LABELS,
  other: 'For another reason',
  unstated: 'No reason stated',
};

/** What became of a result that is off the boards, for readers. */
export const HIDING_LABELS: Record<HiddenResult['why'], string> = {
  ...CLOSED_LABELS,
  changed: 'Changed into another value',
  removed: 'Removed from its file',
  'repo-deleted': 'Gone with its model’s repo',
  'repo-private': 'Its model was made private',
  redacted: 'Redacted by an administrator',
};

/** A form's choice, or the sentence that says what is missing. */
export function parseClosing(
  reason: string,
  text: string,
): { ok: true; reason: StatedReason; words: string } | { ok: false; message: string } {
  const known = (Object.keys(CLOSING_LABELS) as StatedReason[]).find((id) => id === reason);
  const words = text.trim();
  if (!known) return { ok: false, message: 'Say why it is closed: choose a reason.' };
  if (known === 'other' && words === '') return { ok: false, message: 'Say the other reason in words.' };
  return { ok: true, reason: known, words };
}
