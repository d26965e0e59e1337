import type { Setup } from './setup.ts';

/** One way in which people write a setting. `read` gets the match; null means that it is not meant after all. */
export interface NotesRule {
  pattern: RegExp;
  read(match: RegExpExecArray): Partial<Setup> | null;
}

const NAME = '([A-Za-z][\\w./@-]*(?:[ ]?\\d[\\w.]*)?)';
const TOOL =
  'python|web[ -]?search|search|brows(?:er|ing)|code[ -](?:interpreter|execution)|code|calculator|bash|shell|terminal|editor|retrieval|rag|internet';
const COUNT = '(\\d[\\d,_]*(?:\\.\\d+)?)[ ]?(k)?';

// In this order: what is longer or says "no" is looked for before what it contains.
export const NOTES_RULES: readonly NotesRule[] = [
  ...toolRules(),
  ...thoughtRules(),
  ...repeatRules(),
  ...samplingRules(),
  ...nameRules(),
];

function rule(source: string, read: NotesRule['read'] | Partial<Setup>): NotesRule {
  const pattern = new RegExp(`(?<![\\w])(?:${source})(?![\\w])`, 'gi');
  return { pattern, read: typeof read === 'function' ? read : () => read };
}

function number(key: keyof Setup, source: string): NotesRule {
  return rule(source, (match) => {
    const digits = match.slice(1).find((group) => group !== undefined);
    return digits === undefined ? null : { [key]: Number(digits.replace(/[,_]/g, '')) };
  });
}

function toolRules(): NotesRule[] {
  const list = `((?:${TOOL})(?:(?: ?[,+&/] ?| and )(?:${TOOL})){0,7})`;
  const named = (match: RegExpExecArray) => ({ tools: toolNames(match[1] ?? '') });
  return [
    rule(
      '(?:no|without|w/o|zero)[ -](?:external[ -]|any[ -])?tool(?:s|[ -]?us(?:e|age)|[ -]?calling)?|tool[ -]?free',
      { tools: false },
    ),
    rule('tools?(?:[ -]us(?:e|age))? ?[:=]? ?(?:none|no|off|false|disabled)', { tools: false }),
    rule(`tools? ?[:=] ?${list}`, named),
    rule(`(?:with|w/|using|uses|\\+) ?(?:the |a )?${list}(?: tools?)?`, named),
    rule(`${list} tools?|tools? ?\\(${list}\\)`, (match) => ({
      tools: toolNames(match[1] ?? match[2] ?? ''),
    })),
    rule('(?:with|w/|using|\\+)[ -]?tools?(?:[ -]use)?|tools? ?[:=]? ?(?:yes|on|true|enabled|allowed)', {
      tools: true,
    }),
    rule('tool[ -]?(?:use|calling|augmented)|tools', { tools: true }),
  ];
}

function toolNames(text: string): string[] {
  const names = text.toLowerCase().split(/ ?[,+&/] ?| and /);
  const folded = names.map((name) => name.trim().replaceAll(' ', '-'));
  return [...new Set(folded.map((name) => (name === 'websearch' ? 'web-search' : name)))].sort();
}

function thoughtRules(): NotesRule[] {
  const cot = '(?:cot|chain[ -]of[ -]thoughts?)(?: ?prompt(?:ing)?)?';
  const effort = '(minimal|low|medium|high|x-?high|max(?:imum)?)';
  return [
    rule(`cot ?@ ?(\\d+)`, (match) => ({ chainOfThought: true, votes: Number(match[1]) })),
    rule(`(?:no|without|w/o|non)[ -]?${cot}|${cot} ?[:=]? ?(?:none|no|off|false|disabled)`, {
      chainOfThought: false,
    }),
    rule(`(?:with |w/ ?|using |\\+ ?)?${cot}(?: ?[:=] ?(?:yes|on|true|enabled))?`, { chainOfThought: true }),
    rule('step[ -]by[ -]step', { chainOfThought: true }),
    rule('(?:no|without|w/o|non)[ -]?(?:reasoning|thinking)(?: mode)?', { reasoningEffort: 'none' }),
    rule('(?:reasoning|thinking)(?: mode)?(?:[ _-]?effort)? ?[:=]? ?\\(?(?:none|off|disabled|false)', {
      reasoningEffort: 'none',
    }),
    rule(`(?:reasoning|thinking)(?:[ _-]?(?:effort|level))? ?[:=(]? ?${effort}`, readEffort),
    rule(
      `${effort}[ -](?:reasoning|thinking)(?:[ _-]?(?:effort|level|mode))?|effort ?[:=] ?${effort}`,
      readEffort,
    ),
    rule('(?:reasoning|thinking)(?: mode)? ?[:=]? ?(?:on|enabled|true)', { reasoningEffort: 'on' }),
    rule(
      '(?:(?:with |extended |w/ ?)(?:thinking|reasoning)|thinking|reasoning(?= mode))(?: mode)?(?! ?(?:budget|tokens?))',
      {
        reasoningEffort: 'on',
      },
    ),
  ];
}

function readEffort(match: RegExpExecArray): Partial<Setup> | null {
  const word = match.slice(1).find((group) => group !== undefined);
  if (word === undefined) return null;
  const effort = word.toLowerCase().replace('-', '');
  return { reasoningEffort: effort === 'maximum' ? 'max' : effort };
}

function repeatRules(): NotesRule[] {
  const runs = '(?:runs|seeds|trials|epochs|repeats|repetitions|rollouts|generations|samples)';
  return [
    number(
      'shots',
      '(\\d+)[ -]?shots?(?: prompt(?:ing|s)?| examples)?|(?:n|num|k)?[ _-]?(?:few)?shots? ?[:=] ?(\\d+)',
    ),
    rule('zero[ -]?shot', { shots: 0 }),
    rule('one[ -]?shot', { shots: 1 }),
    number('attempts', 'pass ?@ ?(\\d+)|attempts? ?[:=] ?(\\d+)|(\\d+) attempts'),
    number('votes', '(?:maj(?:ority)?|cons(?:ensus)?|sc)1? ?@ ?(\\d+)|votes? ?[:=] ?(\\d+)'),
    number('votes', `majority[ -]vot(?:e|ing)(?: ?\\(? ?(?:of|over|with|k ?=|n ?=|@)? ?(\\d+)(?: ${runs})?)`),
    number('votes', `self[ -]consistency ?(?:\\(? ?(?:of|over|with|k ?=|n ?=|@)? ?(\\d+)(?: ${runs})?)`),
    number('epochs', '(?:avg|mean|average) ?@ ?(\\d+)|epochs? ?[:=] ?(\\d+)|(\\d+) (?:epochs|repeats)'),
    number(
      'epochs',
      `(?:averaged?|avg\\.?|mean)(?: score)?(?: of| over| across)? (?:the )?(\\d+)(?: independent| random)? ${runs}`,
    ),
    number('epochs', '(\\d+)(?: independent| random)? (?:runs|seeds|trials)(?: averaged?)?'),
    number(
      'limit',
      '(?:limit|max[ _-]samples|first) ?[:=]? ?(\\d[\\d,]*)(?: (?:samples|items|questions|problems|examples|rows))?',
    ),
    number(
      'limit',
      '(?:random )?subset (?:of )?\\(?(\\d[\\d,]*)(?: (?:samples|items|questions|problems|examples|rows))?',
    ),
    number('limit', '(\\d[\\d,]*)[ -](?:sample|item|question|problem|example)s? subset'),
  ];
}

function samplingRules(): NotesRule[] {
  const value = '(\\d+(?:\\.\\d+)?|\\.\\d+)';
  const tokens =
    '(?:max[ _-]?)?(?:(?:new|output|completion|generation|gen|response)[ _-]?)?(?:tokens?|toks?)';
  return [
    number('temperature', `temp(?:erature|\\.)? ?(?:[:=]|of|at|is)? ?${value}|t ?= ?${value}`),
    rule('greedy(?: decoding| sampling)?', { temperature: 0 }),
    number('topP', `top[ _-]?p ?(?:[:=]|of)? ?${value}|nucleus(?: sampling)? ?\\(?${value}`),
    rule(
      `max[ _-]?(?:(?:new|output|completion|generation|gen|response)[ _-]?)?(?:tokens?|toks?|len(?:gth)?) ?(?:[:=]|of)? ?${COUNT}`,
      readTokens,
    ),
    rule(
      `${COUNT}[ -](?:max[ _-]?${tokens}|(?:output|completion|new|response)[ _-]tokens?|token limit)`,
      readTokens,
    ),
    rule(`${tokens} limit ?(?:[:=]|of)? ?${COUNT}`, readTokens),
  ];
}

// "32k tokens" is 32,768 to most who write it, "30k" is 30,000.
function readTokens(match: RegExpExecArray): Partial<Setup> {
  const count = Number(match[1]!.replace(/[,_]/g, ''));
  const powerOfTwo = Number.isInteger(Math.log2(count));
  return { maxTokens: match[2] ? Math.round(count * (powerOfTwo ? 1024 : 1000)) : count };
}

function nameRules(): NotesRule[] {
  const harness =
    'inspect(?:[ _-]?ai)?|lm[ _-]?eval(?:uation)?(?:[ _-]harness)?|lighteval|simple-?evals|evalplus|opencompass|vlmevalkit|helm|bigcode(?:[ _-]eval(?:uation)?)?[ _-]harness';
  return [
    rule(
      `(?:llm[ -])?(?:as[ -]a[ -])?(?:judged?|grad(?:er|ed)|scored)(?: model)? ?(?:[:=]|by|with|is|\\() ?${NAME}`,
      name('judge'),
    ),
    rule(`(?:judge|grader) ${NAME}`, name('judge')),
    rule(`${NAME}(?: as)?(?: (?:the|a))?[ -](?:judge|grader)(?: model)?`, name('judge')),
    rule(`(?:prompt )?templates? ?(?:[:=]|from) ?${NAME}`, name('templates')),
    rule(`(?:engine|harness|framework) ?[:=] ?${NAME}`, readEngine),
    rule(`(?:(?:with|using|via|by|in) )?((?:${harness})(?:[ -@]?v?\\d+(?:\\.\\d+)*)?)`, readEngine),
    rule(
      `(?:via|through|provider ?[:=]?|(?:served|hosted|run) (?:by|via|on|at)|endpoint ?[:=]) ?(?:the )?${NAME}(?: ai)?(?: api| endpoint)?`,
      name('provider'),
    ),
  ];
}

const NO_NAMES = new Set([
  'llm',
  'model',
  'human',
  'humans',
  'judge',
  'api',
  'an',
  'a',
  'the',
  'as',
  'and',
  'with',
  'by',
  'is',
  'self',
  'no',
  'none',
  'exact',
]);

function name(key: 'judge' | 'provider' | 'templates'): NotesRule['read'] {
  return (match) => {
    const word = match[1]!.replace(/[.]+$/, '');
    if (NO_NAMES.has(word.toLowerCase())) return null;
    return { [key]: key === 'provider' ? word.toLowerCase() : word };
  };
}

function readEngine(match: RegExpExecArray): Partial<Setup> {
  const text = match[1]!
    .toLowerCase()
    .replace(/[ _@]+/g, '-')
    .replace(/-v(?=\d)/, '-');
  const folded = text.replace(/^lm-?eval(uation)?(-harness)?/, 'lm-eval').replace(/^inspect-?ai/, 'inspect');
  return { engine: folded };
}
