import { SemanticsError } from '../semantics/error.ts';
import { strip } from '../semantics/python/whitespace.ts';
import { findAll, substitute } from './python-regex.ts';
import type { FilterPipeline } from './task-config.ts';

type Args = Record<string, unknown>;
/** What a filter may see of the record. */
export interface FilteredDocument {
  /** The column `choices`, which some filters read. */
  choices?: unknown;
}
type Filter = (answers: unknown[], args: Args, document: FilteredDocument) => unknown;

const each =
  (change: (answer: unknown, args: Args, document: FilteredDocument) => unknown): Filter =>
  (answers, args, document) =>
    answers.map((answer) => change(answer, args, document));

/** lm-eval's filters, each over all answers to one record. */
const filters: Record<string, Filter> = {
  take_first: (answers) => answers[0],
  take_first_k: (answers, { k }) => {
    if (answers.length < Number(k)) {
      throw new SemanticsError(
        'bad-argument',
        `take_first_k: ${k} answers are needed, there are ${answers.length}`,
      );
    }
    return answers.slice(0, Number(k));
  },
  majority_vote: (answers) => [mostFrequent(answers)],
  lowercase: each((answer) => text(answer).toLowerCase()),
  uppercase: each((answer) => text(answer).toUpperCase()),
  remove_whitespace: each((answer) => strip(text(answer))),
  regex: each((answer, args) => extract(typeof answer === 'string' ? answer : '', args)),
  multi_choice_regex: each((answer, args, document) =>
    extractChoice(typeof answer === 'string' ? answer : '', args, document),
  ),
  map: each((answer, { mapping_dict: mapping, default_value: fallback = null }) => {
    const known = (mapping ?? {}) as Record<string, unknown>;
    return Object.hasOwn(known, String(answer)) ? known[String(answer)] : fallback;
  }),
};

export const filterNames: ReadonlySet<string> = new Set(Object.keys(filters));

/** Runs a pipeline over all answers to one record. Throws `unknown-step`, `bad-pattern`, `pattern-budget`. */
export function applyFilters(
  pipeline: FilterPipeline,
  answers: string[],
  document: FilteredDocument,
): unknown {
  let current: unknown = answers;
  for (const { function: name, args } of pipeline.steps) {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (!filter) throw new SemanticsError('unknown-step', `there is no filter named ${name}`);
    current = filter(listOf(current), args, document);
  }
  return current;
}

/** After `take_first` one answer stands alone; a further step goes through the characters of a text, as in Python. */
function listOf(answers: unknown): unknown[] {
  if (Array.isArray(answers)) return answers;
  return typeof answers === 'string' ? Array.from(answers) : [answers];
}

function text(answer: unknown): string {
  if (typeof answer === 'string') return answer;
  throw new SemanticsError('bad-record', 'a filter for texts was given something else');
}

/** Of equally frequent ones the first. */
function mostFrequent(answers: unknown[]): unknown {
  const counts = new Map<unknown, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  let best: unknown = answers[0];
  for (const [answer, count] of counts) if (count > counts.get(best)!) best = answer;
  return best;
}

/** Unicode's punctuation: what the filter deletes is more than Python's `string.punctuation`. */
const punctuation = /\p{P}/gu;
const defaultPattern = '#### (\\-?[0-9\\.\\,]+)';
const defaultFallback = '[invalid]';

function extract(answer: string, args: Args): string {
  const picked = pick(findAll(String(args.regex_pattern ?? defaultPattern), answer), args);
  return picked === undefined ? String(args.fallback ?? defaultFallback) : strip(picked);
}

/** The chosen match (`group_select`): its only group, the first group that is not empty, or all of it. */
function pick(matches: { text: string; groups: string[] }[], args: Args): string | undefined {
  if (matches.length === 0) return undefined;
  const match = matches.at(Number(args.group_select ?? 0));
  if (!match)
    throw new SemanticsError('bad-argument', `group_select: there is no match ${args.group_select}`);
  if (match.groups.length === 0) return match.text;
  return match.groups.length === 1 ? match.groups[0] : match.groups.find((group) => group !== '');
}

/** The pattern first; then the text of a choice, the longest first; then a letter after a colon. Gives `(A)`, `(B)`, … */
function extractChoice(answer: string, args: Args, document: FilteredDocument): string {
  const choices = document.choices;
  if (!Array.isArray(choices) || !choices.every((choice) => typeof choice === 'string')) {
    throw new SemanticsError('bad-record', 'multi_choice_regex reads the column "choices", a list of texts');
  }
  const fallback = String(args.fallback ?? defaultFallback);
  const direct = strip(pick(findAll(String(args.regex_pattern ?? defaultPattern), answer), args) ?? '');
  if (direct !== '') return direct;
  const plain = (one: string): string => withoutIgnored(one, args);
  const letters = new Map(choices.map((choice, at) => [plain(strip(choice)), `(${letterAt(at)})`]));
  const names = choices.map((choice) => escapePattern(plain(strip(choice))));
  const longest = names.toSorted((a, b) => Array.from(b).length - Array.from(a).length).join('|');
  const named = strip(pick(findAll(longest, plain(answer)), args) ?? '');
  if (named !== '') return letters.get(named) ?? named;
  const alone = choices.map((_choice, at) => letterAt(at)).join('|');
  const letter = strip(pick(findAll(`:[\\s]*(${alone})`, answer), args) ?? '');
  return letter === '' ? fallback : `(${letter})`;
}

function letterAt(at: number): string {
  return String.fromCodePoint(65 + at);
}

/** `re.escape(text)`. */
function escapePattern(source: string): string {
  return source.replace(/[-()[\]{}?*+|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
}

function withoutIgnored(source: string, args: Args): string {
  let out = source;
  for (const pattern of (args.regexes_to_ignore ?? []) as string[]) out = substitute(pattern, '', out);
  if (args.ignore_case) out = out.toLowerCase();
  return args.ignore_punctuation ? out.replace(punctuation, '') : out;
}
