import type { Setup } from '@assay/spec';

/** The words of a run's setup as short labels, one per setting that its file or log names. */
export function toSetupChips(setup: Setup): string[] {
  return Object.entries(setup)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => (LABELS[key] ?? toPlain(key))(value));
}

type Label = (value: unknown) => string;

const LABELS: Record<string, Label> = {
  tools: (value) => (Array.isArray(value) ? `tools: ${value.join(', ')}` : value ? 'with tools' : 'no tools'),
  chainOfThought: (value) => (value ? 'chain of thought' : 'no chain of thought'),
  shots: (value) => `${value}-shot`,
  attempts: (value) => (value === 1 ? '1 attempt' : `${value} attempts`),
  epochs: (value) => (value === 1 ? '1 epoch' : `${value} epochs`),
  temperature: (value) => `temperature ${value}`,
  topP: (value) => `top-p ${value}`,
  maxTokens: (value) => `max ${value} tokens`,
  reasoningEffort: (value) => `reasoning ${value}`,
  judge: (value) => `judged by ${value}`,
  provider: (value) => `via ${value}`,
  templates: (value) => `templates ${value}`,
  engine: (value) => `engine ${value}`,
  limit: (value) => `first ${value} items`,
  other: (value) => String(value),
};

function toPlain(key: string): Label {
  return (value) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`;
}
