/** Why a pull request is closed without merging, as a person may say; `other` needs words. */
export const CLOSING_REASONS = ['wrong-configuration', 'superseded', 'disputed', 'spam', 'other'] as const;

/** `unstated`: a client of the Hub closed it, which has no way to say. */
export type ClosingReason = (typeof CLOSING_REASONS)[number] | 'unstated';

export function isClosingReason(text: unknown): text is ClosingReason {
  return text === 'unstated' || CLOSING_REASONS.some((reason) => reason === text);
}
