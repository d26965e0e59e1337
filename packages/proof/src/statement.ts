import { canonicalJson, isCanonicalJson } from '@assay/spec';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromUtf8, toHex, toUtf8 } from './bytes.ts';
import { ProofError } from './error.ts';
import {
  type Check,
  commit,
  count,
  digest,
  exactly,
  listOf,
  moment,
  number,
  optional,
  shape,
  text,
  truth,
} from './shape.ts';

const statementType = 'https://in-toto.io/Statement/v1';
/** Names what the predicate below means; a change of meaning is another name. */
export const resultPredicateType = 'urn:assay:predicate:evaluation-result:v1';

/** What a trusted worker saw: who was asked what, by which rules, and what came out. */
export interface ResultPredicate {
  /** Who says so: the hub's public address, or the name of its log when it has none. */
  issuer: string;
  benchmark: {
    /** `ns/name`, and its commit. */
    dataset: string;
    commit: string;
    /** SHA-256 of the `eval.yaml` at that commit. */
    evalYaml: string;
    task: string;
  };
  model: {
    /** The repo that the result is written to, `ns/name`. */
    repo: string;
    /** Its main branch when the run was attested. An endpoint does not say which weights it serves. */
    commit: string;
    /** As it was called. */
    name: string;
    /** Base address of the endpoint, without credentials or query; absent when the engine's own was used. */
    endpoint?: string;
    /** `model` or `model via provider`, as the answers said, each once, sorted. */
    answered: string[];
  };
  setup: {
    /** Canonical notes: what differs from the benchmark's own definition. */
    text: string;
    /** SHA-256 of the run's whole plan as canonical JSON. */
    digest: string;
    engine: string;
    /** Rules of scoring. */
    profile: string;
    /** Prompt texts: name, version, digest. */
    templates: string;
    judges?: string[];
  };
  samples: {
    planned: number;
    scored: number;
    failed: number;
    refused: number;
    unparsed: number;
    unscored: number;
    missing: number;
    /** Merkle root (RFC 9162) over the samples' leaves in the log's order. */
    root: string;
    leaves: number;
    /** Each leaf commits to its sample under a salt of its own, as the questions are not public. */
    salted: boolean;
  };
  metric: {
    name: string;
    scorer: string;
    /** As the log has it. */
    value: number;
    /** As the entry writes it. */
    reported: number;
  };
  log: { sha256: string; size: number; mediaType: string };
  run: { job: string; worker: string; startedAt: string; finishedAt: string; costUsd?: number };
}

/** An in-toto Statement v1 about one result. */
export interface ResultStatement {
  _type: typeof statementType;
  predicateType: typeof resultPredicateType;
  /** The log by its bytes, and the model repo by its commit. */
  subject: { name: string; digest: Record<string, string> }[];
  predicate: ResultPredicate;
}

const predicate: Check = shape({
  issuer: text,
  benchmark: shape({ dataset: text, commit, evalYaml: digest, task: text }),
  model: shape({ repo: text, commit, name: text, endpoint: optional(text), answered: listOf(text) }),
  setup: shape({
    text: text,
    digest,
    engine: text,
    profile: text,
    templates: text,
    judges: optional(listOf(text)),
  }),
  samples: shape({
    planned: count,
    scored: count,
    failed: count,
    refused: count,
    unparsed: count,
    unscored: count,
    missing: count,
    root: digest,
    leaves: count,
    salted: truth,
  }),
  metric: shape({ name: text, scorer: text, value: number, reported: number }),
  log: shape({ sha256: digest, size: count, mediaType: text }),
  run: shape({
    job: text,
    worker: text,
    startedAt: moment,
    finishedAt: moment,
    costUsd: optional(number),
  }),
});

const statement: Check = shape({
  _type: exactly(statementType),
  predicateType: exactly(resultPredicateType),
  subject: listOf(
    shape({ name: text, digest: shape({ sha256: optional(digest), gitCommit: optional(commit) }) }),
  ),
  predicate,
});

/** The statement over a predicate: its subjects follow from it, so that neither can say something else. */
export function toStatement(predicate: ResultPredicate): ResultStatement {
  return {
    _type: statementType,
    predicateType: resultPredicateType,
    subject: subjectsOf(predicate),
    predicate,
  };
}

function subjectsOf({ log, model }: ResultPredicate): ResultStatement['subject'] {
  return [
    { name: `log:${log.sha256}`, digest: { sha256: log.sha256 } },
    { name: `model:${model.repo}`, digest: { gitCommit: model.commit } },
  ];
}

/** The bytes that are signed: canonical JSON, so one statement has one spelling. */
export function toStatementBytes(statement: ResultStatement): Uint8Array {
  return toUtf8(canonicalJson(statement));
}

/** SHA-256 over the signed bytes, hex: how tokens, leaves and addresses name a statement. */
export function statementDigest(payload: Uint8Array): string {
  return toHex(sha256(payload));
}

/** @throws ProofError `bad-statement` unless the bytes are the canonical JSON of a statement whose subjects are its predicate's */
export function parseStatement(payload: Uint8Array): ResultStatement {
  let text: string;
  let value: unknown;
  try {
    text = fromUtf8(payload);
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProofError('bad-statement', 'a statement is JSON in UTF-8', { cause });
  }
  const problem = statement(value, 'statement');
  if (problem) throw new ProofError('bad-statement', problem);
  if (!isCanonicalJson(value, text))
    throw new ProofError('bad-statement', 'the statement is not in its canonical form');
  const whole = value as ResultStatement;
  if (canonicalJson(whole.subject) !== canonicalJson(subjectsOf(whole.predicate)))
    throw new ProofError('bad-subject', "the statement's subjects are not those its predicate tells of");
  return whole;
}
