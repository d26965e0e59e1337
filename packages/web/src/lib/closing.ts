/** Why a pull request is closed without merging; `other` needs words. */
export const CLOSING_REASONS = [
  { id: 'wrong-configuration', label: 'Wrong configuration' },
  { id: 'superseded', label: 'Superseded by another result' },
  { id: 'disputed', label: 'Disputed' },
  { id: 'spam', label: 'Spam' },
  { id: 'other', label: 'Another reason' },
] as const;

/** The comment that a closing leaves in the discussion; null when no reason was given. */
export function toClosingComment(reason: string, text: string): string | null {
  const known = CLOSING_REASONS.find(({ id }) => id === reason);
  const words = text.trim();
  if (!known) return null;
  if (known.id === 'other') return words === '' ? null : words;
  return words === '' ? `${known.label}.` : `${known.label}: ${words}`;
}
