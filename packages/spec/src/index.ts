/**
 * The words: what a thing is. Owns the formats (`eval.yaml`, `.eval_results/*.yaml`, `leaderboard.yaml`, cards, notes)
 * and the Hub's spelling of them. Promises typed values or all issues at once, with place and hint, and edits that
 * change no other byte. Never reads a disk, a network, a clock or an environment; runs in a browser.
 */
export { canonicalJson, isCanonicalJson } from './canonical-json.ts';
export { baseModelsOf, type Card, cardTags, parseCard } from './card.ts';
export { CLOSING_REASONS, type ClosingReason, isClosingReason } from './closing.ts';
export { CodedError, formatIssue, type Issue, type Parsed } from './errors.ts';
export type * from './eval-log.ts';
export { EVAL_LOG_VERSION } from './eval-log.ts';
export { isResultFile, MAX_ENTRIES, parseEvalResults, resultId } from './eval-results.ts';
export type { EvalTask, FieldSpec, Step } from './eval-task.ts';
export { type EvalYaml, type EvalYamlOptions, parseEvalYaml } from './eval-yaml.ts';
export { EVALUATION_FRAMEWORKS, INSPECT_FRAMEWORK } from './evaluation-frameworks.ts';
export { nameProblem, parseRepoName, REPO_TYPES, type RepoName, type RepoType, repoPath } from './ids.ts';
export type {
  EditionStart,
  Erratum,
  LeaderboardTask,
  LeaderboardUnit,
  LeaderboardYaml,
} from './leaderboard-yaml.ts';
export { parseLeaderboardYaml } from './leaderboard-yaml.ts';
export { type LegacyResult, parseModelIndex } from './model-index.ts';
export { newId } from './new-id.ts';
export { type ParsedNotes, parseNotes } from './notes.ts';
export { appendEntry, type ResultEditCode, removeEntry, replaceEntry } from './result-edit.ts';
export { isIsoDate, type ResultEntry } from './result-entry.ts';
export type { NewEntry } from './result-yaml.ts';
export { isCommitId, isCommitPrefix, pullRequestOfRef, revisionNameProblem } from './revision-names.ts';
export { type LoggedPlan, type RunFacts, readPlan, readRunFacts } from './run-facts.ts';
export { type RunSettings, toRunSettings } from './run-settings.ts';
export { formatNotes, type Setup, setupClass } from './setup.ts';
export {
  type ClaimedMetric,
  describePullRequest,
  editResultFile,
  type FileEdit,
  toClaimedMetric,
  toEntry,
  toObjections,
  toResultPath,
  toValue,
  type ValueRule,
} from './submission.ts';
export { type SubmissionCode, SubmissionError } from './submission-error.ts';
export type * from './wire.ts';
export { toWireDate, WIRE_HEADERS, WIRE_MEDIA_TYPES, WIRE_MESSAGES } from './wire-headers.ts';
export { toWireEvalResult, toWireLeaderboardRow } from './wire-results.ts';
