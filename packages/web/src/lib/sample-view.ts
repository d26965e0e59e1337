import type { EvalSample, LogMessage } from '@assay/spec';
import { toMessageText, toScoreText, toVerdict, type Verdict } from './sample-row.ts';

/** One sample as its page shows it: what was said, what was wanted, what it was worth. */
export interface SampleView {
  id: number | string;
  epoch: number;
  messages: { role: string; text: string; reasoning: string }[];
  choices: string[];
  target: string[];
  verdict: Verdict;
  scores: { scorer: string; value: string; answer: string; explanation: string }[];
  error: string;
  limit: string;
  metadata: string;
  /** Seconds. */
  totalTime?: number;
  tokens?: number;
  stopReason?: string;
}

export function toSampleView(sample: EvalSample): SampleView {
  const messages = sample.messages?.length ? sample.messages : fromInput(sample);
  const usage = Object.values(sample.model_usage ?? {});
  return {
    id: sample.id,
    epoch: sample.epoch,
    messages: messages.map((message) => toShown(message, sample.attachments ?? {})),
    choices: sample.choices ?? [],
    target: [sample.target].flat(),
    verdict: toVerdict(sample.scores, sample.error),
    scores: Object.entries(sample.scores ?? {}).map(([scorer, score]) => ({
      scorer,
      value: toScoreText(score),
      answer: score.answer ?? '',
      explanation: score.explanation?.trim() ?? '',
    })),
    error: sample.error?.message ?? '',
    limit: sample.limit ? `${sample.limit.type} limit of ${sample.limit.limit}` : '',
    metadata: Object.keys(sample.metadata ?? {}).length > 0 ? JSON.stringify(sample.metadata, null, 2) : '',
    totalTime: sample.total_time,
    tokens: usage.length > 0 ? usage.reduce((sum, one) => sum + one.total_tokens, 0) : undefined,
    stopReason: sample.output?.choices[0]?.stop_reason,
  };
}

/** A log may leave out the messages: then the input and the model's completion stand for them. */
function fromInput(sample: EvalSample): LogMessage[] {
  const asked: LogMessage[] =
    typeof sample.input === 'string' ? [{ role: 'user', content: sample.input }] : sample.input;
  const said = sample.output?.choices[0]?.message;
  return said ? [...asked, said] : asked;
}

function toShown(message: LogMessage, attachments: Record<string, string>) {
  const parts = typeof message.content === 'string' ? [] : message.content;
  const reasoning = parts.filter((part) => part.type === 'reasoning').map((part) => part.reasoning ?? '');
  const rest =
    typeof message.content === 'string' ? message.content : parts.filter((part) => part.type !== 'reasoning');
  return {
    role: message.role,
    text: withAttachments(toMessageText(rest), attachments),
    reasoning: withAttachments(reasoning.join('\n'), attachments),
  };
}

/** Inspect keeps long texts apart and leaves `attachment://HASH` where they belong. */
function withAttachments(text: string, attachments: Record<string, string>): string {
  return text.replace(/attachment:\/\/([0-9a-f]{32,64})/g, (mark, hash) => attachments[hash] ?? mark);
}
