import { createHash } from 'node:crypto';
import type { EvalLogHeader, EvalMetric, EvalSample, EvalScore, LogMessage } from '@assay/spec';
import { EngineError } from '../engine-error.ts';
import { valueToFloat } from '../semantics/value-to-float.ts';

/** What a log cannot know of who publishes it. */
export interface Publisher {
  /** The model as its makers call it, `ORG/NAME`; default: read out of the name it was called by. */
  modelId?: string | undefined;
  organization: string;
  relationship: 'first_party' | 'third_party' | 'collaborative' | 'other';
}

const eeeVersion = '0.3.0';

type Fields = { [key: string]: unknown };

/** The model's id in the records: without the provider that served it. @throws EngineError `model-unknown` */
export function toModelId(model: string): string {
  const bare = model
    .replace(/^openai-api(-completions)?\/[^/]+\//, '')
    .replace(/^(hf-inference-providers|ollama|vllm|vllm-completions)\//, '')
    .replace(/:[\w-]+$/, '');
  if (/^[\w.-]+(\/[\w.-]+)+$/.test(bare)) return bare;
  throw new EngineError('model-unknown', `the log does not say whose model "${model}" is`, {
    hint: 'say it: --model-id ORG/NAME',
  });
}

/** A UUID that is always the same for the same run: an export again replaces itself. */
export function toExportId(header: EvalLogHeader): string {
  const hex = createHash('sha256').update(`every-eval-ever ${header.eval.eval_id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A metric of a log that says how good, and the estimate of its error where the log has one. */
interface Claim {
  scorer: EvalScore;
  metric: EvalMetric;
  error: number | null;
  id: string;
}

export function toClaims(header: EvalLogHeader): Claim[] {
  return (header.results?.scores ?? []).flatMap((scorer) => {
    const all = Object.values(scorer.metrics);
    const claims = all.filter(
      ({ name, value }) => !/(^|_)(std|stderr|var|ci)/.test(name) && Number.isFinite(value),
    );
    return claims.map((metric): Claim => {
      const [name, filter] = metric.name.split(',');
      const own = all.find((one) => one.name === `${name}_stderr${filter === undefined ? '' : `,${filter}`}`);
      const error = own ?? (claims.length === 1 ? all.find((one) => one.name === 'stderr') : undefined);
      const value = error && Number.isFinite(error.value) && error.value >= 0 ? error.value : null;
      return { scorer, metric, error: value, id: `${scorer.name}/${metric.name}` };
    });
  });
}

/** The aggregate record of a log. Pure; what the schema has no place for goes into `additional_details`, as JSON text. */
export function toAggregate(header: EvalLogHeader, publisher: Publisher, now: Date): Fields {
  const { eval: spec, stats, plan } = header;
  const assay = (spec.metadata?.assay ?? {}) as {
    engine?: { name: string; version: string };
    imported?: Imported;
  };
  const library = assay.engine ?? assay.imported?.engine ?? toLibrary(spec.packages ?? {});
  const id = publisher.modelId ?? toModelId(spec.model);
  const ended = stats.completed_at || stats.started_at;
  return {
    schema_version: eeeVersion,
    evaluation_id: toEvaluationId(header, publisher),
    ...(ended ? { evaluation_timestamp: String(Date.parse(ended) / 1000) } : {}),
    retrieved_timestamp: String(now.getTime() / 1000),
    source_metadata: {
      source_name: 'Assay',
      source_type: 'evaluation_run',
      source_organization_name: publisher.organization,
      evaluator_relationship: publisher.relationship,
      additional_details: {
        assay_eval: JSON.stringify(spec),
        assay_stats: JSON.stringify(stats),
        status: header.status,
        samples: `${header.results?.completed_samples ?? 0} of ${header.results?.total_samples ?? 0} completed`,
      },
    },
    eval_library: { name: library.name, version: library.version },
    model_info: {
      name: spec.model,
      id,
      developer: id.split('/')[0],
      additional_details: { deployment_type: 'unknown', model_availability: 'unknown' },
    },
    evaluation_results: toClaims(header).map((claim) => toResult(header, claim, plan.steps)),
  };
}

interface Imported {
  engine?: { name: string; version: string } | null;
}

function toEvaluationId(header: EvalLogHeader, publisher: Publisher): string {
  const model = publisher.modelId ?? toModelId(header.eval.model);
  return `${toCollection(header)}/${model.replaceAll('/', '_')}/${header.eval.eval_id}`;
}

/** The dataset's name as a folder. */
export function toCollection({ eval: spec }: EvalLogHeader): string {
  const named = spec.dataset.location ?? spec.dataset.name ?? spec.task;
  // Of a folder its own name only: where it lies says nothing to others.
  const name = /^([./]|[A-Za-z]:)/.test(named)
    ? (named.split(/[\\/]/).findLast((part) => part !== '') ?? named)
    : named;
  return name.replaceAll(/[^\w.-]+/g, '_').replace(/^[._]+|[._]+$/g, '') || 'unknown';
}

function toLibrary(packages: { [name: string]: string }): { name: string; version: string } {
  const [name, version] = Object.entries(packages)[0] ?? ['unknown', 'unknown'];
  return { name, version };
}

interface Plan {
  dataset?: { id: string; commit: string | null; config: string; split: string };
  task?: { id?: string };
}

function toResult(header: EvalLogHeader, claim: Claim, steps: EvalLogHeader['plan']['steps']): Fields {
  const { eval: spec, results } = header;
  const { dataset, task } = ((spec.metadata?.assay as { plan?: Plan } | undefined)?.plan ?? {}) as Plan;
  const { metric, scorer, error } = claim;
  const name = spec.dataset.location ?? spec.dataset.name ?? null;
  const details = { commit: dataset?.commit ?? undefined, config: dataset?.config };
  const isShare = metric.name === 'accuracy' && metric.value >= 0 && metric.value <= 1;
  const repo = name !== null && /^[\w.-]+\/[\w.-]+$/.test(name) && dataset?.commit !== null ? name : null;
  return {
    evaluation_result_id: claim.id,
    evaluation_name: task?.id ?? spec.task,
    source_data: {
      dataset_name: name ?? 'unknown',
      ...(repo
        ? { source_type: 'hf_dataset', hf_repo: repo, ...(dataset ? { hf_split: dataset.split } : {}) }
        : { source_type: 'other' }),
      ...(repo && typeof spec.dataset.samples === 'number' ? { samples_number: spec.dataset.samples } : {}),
      additional_details: texts(details),
    },
    metric_config: {
      metric_id: claim.id,
      metric_name: metric.name,
      // No log says it; of what Assay and Inspect compute, more is better.
      lower_is_better: /perplexity|bits_per_byte|brier|(^|_)ter(,|$)|error|loss/.test(metric.name),
      score_type: 'continuous',
      min_score: isShare ? 0 : '-Infinity',
      max_score: isShare ? 1 : 'Infinity',
      additional_details: texts({ scorer: scorer.scorer, reducer: scorer.reducer ?? undefined }),
    },
    score_details: {
      score: metric.value,
      uncertainty: {
        ...(error === null ? {} : { standard_error: { value: error, method: 'analytic' } }),
        num_samples: scorer.scored_samples ?? results?.completed_samples ?? 0,
      },
    },
    generation_config: {
      generation_args: toArguments(spec.model_generate_config ?? {}, steps),
      additional_details: texts({ epochs: spec.config.epochs, limit: spec.config.limit }),
    },
  };
}

function toArguments(given: { [name: string]: unknown }, steps: EvalLogHeader['plan']['steps']): Fields {
  const kept = ['temperature', 'top_p', 'top_k', 'max_tokens'].filter(
    (name) => typeof given[name] === 'number',
  );
  return {
    ...Object.fromEntries(kept.map((name) => [name, given[name]])),
    ...(steps.length > 0
      ? { eval_plan: { name: 'plan', steps: steps.map((step) => JSON.stringify(step)) } }
      : {}),
  };
}

/** Details are texts in that schema. */
function texts(values: object): { [name: string]: string } {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    known.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/**
 * The instances of a sample: one for each scorer that gave it a number. A failed sample, or one without a score, has
 * none: the schema wants a number, and none was given.
 */
export function toInstances(sample: EvalSample, header: EvalLogHeader, publisher: Publisher): Fields[] {
  const claims = toClaims(header);
  const task =
    (header.eval.metadata?.assay as { plan?: Plan } | undefined)?.plan?.task?.id ?? header.eval.task;
  const raw = toText(sample.input);
  const reference = [sample.target].flat().map(String);
  return Object.entries(sample.scores ?? {}).flatMap(([name, score]) => {
    const isPlain = ['number', 'string', 'boolean'].includes(typeof score.value);
    const value =
      sample.error || !isPlain ? Number.NaN : valueToFloat(score.value as string | number | boolean);
    if (!Number.isFinite(value)) return [];
    const claim = claims.find((one) => one.scorer.name === name || one.id.endsWith(`/${name}`));
    const said = toSaid(sample);
    const isChat = said.interaction_type !== 'single_turn';
    return [
      {
        schema_version: eeeVersion,
        evaluation_id: toEvaluationId(header, publisher),
        model_id: publisher.modelId ?? toModelId(header.eval.model),
        evaluation_name: task,
        ...(claim ? { evaluation_result_id: claim.id } : {}),
        sample_id: String(sample.id),
        sample_hash: createHash('sha256')
          .update(JSON.stringify([raw, reference]))
          .digest('hex'),
        ...said,
        input: { raw, reference, ...(sample.choices ? { choices: sample.choices } : {}) },
        answer_attribution: [
          {
            turn_idx: isChat ? Math.max(0, (sample.messages?.length ?? 1) - 1) : 0,
            source: isChat ? 'messages[turn_idx].content' : 'output.raw',
            extracted_value: String(score.answer ?? ''),
            extraction_method: name,
            is_terminal: true,
          },
        ],
        evaluation: { score: value, is_correct: value >= 1 },
        ...toUsage(sample),
        metadata: texts({ epoch: sample.epoch, ...sample.metadata }),
      },
    ];
  });
}

function toSaid(sample: EvalSample): Fields {
  const messages = sample.messages ?? [];
  const answers = messages.filter((message) => message.role === 'assistant').length;
  const hasTools = messages.some((message) => message.role === 'tool');
  if (answers <= 1 && !hasTools) {
    return {
      interaction_type: 'single_turn',
      output: { raw: [sample.output?.completion ?? ''] },
      messages: null,
    };
  }
  const turns = messages.map((message: LogMessage, at) => ({
    turn_idx: at,
    role: message.role,
    content: toText([message]),
  }));
  return { interaction_type: hasTools ? 'agentic' : 'multi_turn', output: null, messages: turns };
}

function toUsage(sample: EvalSample): Fields {
  const { model_usage: usage = {}, total_time: seconds } = sample;
  const sum = (key: 'input_tokens' | 'output_tokens' | 'total_tokens'): number =>
    Object.values(usage).reduce((total, one) => total + (one[key] ?? 0), 0);
  const tokens = {
    input_tokens: sum('input_tokens'),
    output_tokens: sum('output_tokens'),
    total_tokens: sum('total_tokens'),
  };
  return {
    ...(Object.keys(usage).length > 0 ? { token_usage: tokens } : {}),
    ...(typeof seconds === 'number' ? { performance: { latency_ms: seconds * 1000 } } : {}),
  };
}

function toText(input: string | LogMessage[]): string {
  if (typeof input === 'string') return input;
  return input
    .map(({ content }) =>
      typeof content === 'string' ? content : content.map((part) => part.text ?? `(${part.type})`).join('\n'),
    )
    .join('\n\n');
}
