import type { EvalSample, EvalSampleSummary, LogMessage, LogScore } from '@assay/spec';
import { EngineError } from '../engine-error.ts';

/** Inspect's measures, in characters. */
const MAX_TEXT = 5120;
const MAX_THIN_TEXT = 1024;

/**
 * What lists show of a sample: texts cut, messages and events left out, metadata thinned.
 * @param stored a sample as a log holds it, which may be anything
 * @throws EngineError `log-damaged` when it has not the shape of a sample
 */
export function toSampleSummary(stored: unknown): EvalSampleSummary {
  try {
    return summarize(stored as EvalSample);
  } catch (cause) {
    throw new EngineError('log-damaged', 'a sample of the log has not the shape of one', { cause });
  }
}

function summarize(sample: EvalSample): EvalSampleSummary {
  const summary: EvalSampleSummary = {
    id: sample.id,
    epoch: sample.epoch,
    input: thinInput(sample.input),
    target: thinTarget(sample.target),
    metadata: thinRecord(sample.metadata),
    scores: thinScores(sample.scores),
    model_usage: sample.model_usage,
    role_usage: sample.role_usage,
    started_at: sample.started_at,
    completed_at: sample.completed_at,
    total_time: sample.total_time,
    working_time: sample.working_time,
    uuid: sample.uuid,
    retries: sample.error_retries?.length ?? 0,
    completed: true,
    message_count: sample.messages?.length ?? 0,
    turn_count: countTurns(sample.messages),
  };
  if (sample.choices) summary.choices = sample.choices;
  if (sample.error) summary.error = cut(sample.error.message, MAX_THIN_TEXT);
  if (sample.limit) summary.limit = sample.limit.type;
  const reason = sample.output?.choices?.[0]?.stop_reason;
  if (reason === 'content_filter') summary.stop_reason = reason;
  return summary;
}

function countTurns(messages: LogMessage[] = []): number {
  return messages.filter((message) => message.role === 'assistant').length;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}

function thinInput(input: EvalSample['input']): EvalSample['input'] {
  if (typeof input === 'string') return cut(input, MAX_TEXT);
  return input.map((message) => ({ ...message, content: thinContent(message.content) }));
}

/** Images and other media are named, not carried: a list of samples must stay small. */
function thinContent(content: LogMessage['content']): LogMessage['content'] {
  if (typeof content === 'string') return cut(content, MAX_TEXT);
  return content.map((part) =>
    part.type === 'text'
      ? { ...part, text: cut(part.text ?? '', MAX_TEXT) }
      : { type: 'text', text: `(${part.type})` },
  );
}

function thinTarget(target: EvalSample['target']): EvalSample['target'] {
  return typeof target === 'string' ? cut(target, MAX_TEXT) : target.map((one) => cut(one, MAX_TEXT));
}

function thinRecord(record: Record<string, unknown> = {}): Record<string, unknown> {
  const thin: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === 'string') thin[key] = cut(value, MAX_THIN_TEXT);
    else if (typeof value !== 'object' || value === null) thin[key] = value;
    else if (JSON.stringify(value).length <= MAX_THIN_TEXT) thin[key] = value;
    else thin[key] = '(left out of the summary: over 1024 characters)';
  }
  return thin;
}

function thinScores(scores: EvalSample['scores']): EvalSampleSummary['scores'] {
  if (!scores) return scores;
  return Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, thinScore(score)]));
}

function thinScore(score: LogScore): LogScore {
  const thin: LogScore = { ...score };
  if (typeof score.explanation === 'string') thin.explanation = cut(score.explanation, MAX_THIN_TEXT);
  if (typeof score.answer === 'string') thin.answer = cut(score.answer, MAX_THIN_TEXT);
  if (score.metadata) thin.metadata = thinRecord(score.metadata);
  return thin;
}
