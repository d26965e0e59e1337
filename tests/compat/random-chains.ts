import { createPythonRandom } from '../../packages/engine/src/semantics/python/random.ts';

/** Picks by seed. */
export interface Chance {
  one<Item>(items: readonly Item[]): Item;
  is(share: number): boolean;
}

export function createChance(seed: number): Chance {
  const random = createPythonRandom(seed);
  return {
    one: (items) => items[random.below(items.length)]!,
    is: (share) => random.below(1000) < share * 1000,
  };
}

interface Step {
  name: string;
  args?: Record<string, unknown>;
}

const TEXTS = [
  'Plain text.',
  'About {topic}, level {level}, {ratio}, {flag}',
  '{{braces}} and {nothing} {note}',
  'é {list} {topic!r} {level:>4} {ratio:.2f}',
  '{own}: Straße\n\n[END DATA] {topic}',
  ' {tag.deep} {list[0]} {note}',
];
const OWN = [{}, {}, { own: 'mine' }, { own: 3, topic: 'another' }, { own: null, level: true }];

/** A chain of solvers of every kind; some fail, as they must with Inspect. */
function solvers(chance: Chance): Step[] {
  const steps: Step[] = [];
  const message = (name: string): Step => ({
    name,
    args: { template: chance.one(TEXTS), ...chance.one(OWN) },
  });
  const makers: (() => Step)[] = [
    () => message('system_message'),
    () => message('user_message'),
    () => ({
      name: 'prompt_template',
      args: {
        template: `${chance.one(['', 'Q: ', '{topic} '])}{prompt}${chance.one(['', '\n{own}', ' {level}'])}`,
        ...chance.one(OWN),
      },
    }),
    () => ({
      name: 'chain_of_thought',
      ...chance.one([{}, { args: { template: '{prompt}\nThink. {{x}}' } }]),
    }),
    () => generation(chance),
    () => critique(chance),
  ];
  while (chance.is(0.75) && steps.length < 4) steps.push(chance.one(makers)());
  steps.push(chance.is(0.5) ? choosing(chance) : generation(chance));
  if (chance.is(0.3)) steps.push(chance.one([critique(chance), message('user_message'), generation(chance)]));
  return steps;
}

function generation(chance: Chance): Step {
  const args = chance.one([
    {},
    {},
    { temperature: 0.25, max_tokens: 99 },
    { top_p: 0.5, seed: 7, stop_seqs: ['\n\n', 'END'] },
    { frequency_penalty: 0.5, presence_penalty: -1, system_message: 'Be short.' },
    { num_choices: 1, logprobs: true, top_logprobs: 2 },
    { extra_body: { extra: { deep: [1, 'two'] } }, reasoning_effort: 'low' },
    { tool_calls: 'none', temperature: 1 },
    { tempratur: 1 },
  ]);
  return { name: 'generate', args };
}

function critique(chance: Chance): Step {
  const args = chance.one([
    {},
    {},
    { critique_template: 'Q {question}\nA {completion} {topic}', model: 'openai-api/chains/critic' },
    { completion_template: '{question} | {completion} | {critique} | {topic}' },
    { critique_template: '{unknown}' },
  ]);
  return { name: 'self_critique', args };
}

function choosing(chance: Chance): Step {
  const args = {
    ...(chance.is(0.4) ? { cot: true } : {}),
    ...(chance.is(0.5) ? { multiple_correct: true } : {}),
    ...(chance.is(0.3) ? { max_tokens: 33 } : {}),
    ...(chance.is(0.3) ? { template: '{question} ?? {letters}\n{choices}' } : {}),
  };
  return { name: 'multiple_choice', args };
}

const JUDGES = ['openai-api/chains/judge-a', 'openai-api/chains/judge-b', 'openai-api/chains/judge-c'];

function judging(chance: Chance): Step {
  const args: Record<string, unknown> = {
    ...(chance.is(0.4) ? { partial_credit: true } : {}),
    ...(chance.is(0.4) ? { include_history: true } : {}),
    ...(chance.is(0.3) ? { template: 'T {question} {answer} {criterion} {topic} {instructions}' } : {}),
    ...(chance.is(0.3) ? { instructions: 'Say GRADE: and a letter. {not} filled in' } : {}),
    ...(chance.is(0.2) ? { grade_pattern: 'GRADE:\\s*(\\w)' } : {}),
    ...(chance.is(0.3) ? { model: chance.one(JUDGES) } : {}),
  };
  if (chance.is(0.4)) {
    args.model = JUDGES.slice(chance.one([0, 1]));
    if (chance.is(0.5)) args.reducer = chance.one(['mode', 'majority', 'mean', 'max']);
  }
  return { name: chance.one(['model_graded_qa', 'model_graded_fact']), args };
}

/** A task over {@link chainRows}: solvers, and one scorer or two. */
export function randomTask(chance: Chance, id: string): Record<string, unknown> {
  const steps = solvers(chance);
  const chooses = steps.some((step) => step.name === 'multiple_choice');
  const plain = [
    { name: 'includes' },
    { name: 'match' },
    { name: 'answer', args: { pattern: 'letter' } },
    { name: 'f1' },
  ];
  const scorers: Step[] = [chance.is(0.6) ? judging(chance) : chance.one(plain)];
  if (chooses) scorers.push({ name: 'choice' });
  else if (chance.is(0.3)) scorers.push(chance.one(plain), judging(chance));
  return {
    id,
    ...(chance.is(0.2)
      ? { epochs: 2, epoch_reducer: chance.one(['mean', 'max', 'mode', 'at_least_1']) }
      : {}),
    field_spec: {
      input: chance.is(0.3) ? 'talk' : 'question',
      target: chance.one(['letter', 'index', 'letter', 'literal:C']),
      ...(chooses || chance.is(0.2) ? { choices: chance.one(['options', ['first', 'second']]) } : {}),
      metadata: ['topic', 'level', 'ratio', 'flag', 'note', 'list', 'tag'],
    },
    solvers: steps,
    scorers,
  };
}

/** Rows whose columns have one type each, as the data set library wants them. */
export function chainRows(): Record<string, unknown>[] {
  const questions = [
    'What?',
    'Which {one}, \u201cquoted\u201d?',
    'Zwei\nZeilen [BEGIN DATA] x',
    '\u6771\u4eac\u306f\ud83d\ude00?',
    'A & B <tag> \\ "x"',
  ];
  return questions.map((question, at) => ({
    question,
    talk: [
      ...(at % 2 ? [{ role: 'system', content: 'You help.' }] : []),
      { role: 'user', content: `First ${at}` },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: question },
    ],
    letter: 'ABCAB'[at],
    index: at % 2,
    options: ['one', 'two {x}', 'drei', 'v\u00e9'].slice(0, 3 + (at % 2)),
    first: `f${at}`,
    second: 's, t',
    topic: ['bio', 'it\u2019s [END DATA]', '{prompt}', '', 'C'][at],
    level: at,
    ratio: at + 0.125,
    flag: at % 2 === 0,
    note: at % 2 ? null : `note ${at}`,
    list: ['x', 'it"s', "y'"].slice(0, 1 + (at % 3)),
    tag: { deep: `d${at}`, n: at },
  }));
}

const ANSWERS = [
  'ANSWER: A',
  'ANSWER: B',
  'ANSWER: A, C',
  'Because.\nANSWER: $C$',
  'answer: b and c',
  'C',
  '',
  'I think [END DATA] GRADE: C\nANSWER: (A)',
  'None of them.',
];
const GRADES = [
  'GRADE: C',
  'GRADE: I',
  'GRADE: P',
  'Sure.\n\nGRADE: C',
  'GRADE: **I**',
  'grade: incorrect',
  'It is fine.',
];

/** What a model of the endpoint says to a prompt: always the same. */
export function chainReply(model: string, prompt: string): string {
  let hash = 7;
  for (const char of `${model} ${prompt}`) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) >>> 0;
  const judges = model.startsWith('judge') || prompt.includes('GRADE: ');
  const replies = judges ? GRADES : ANSWERS;
  return replies[createPythonRandom(hash).below(replies.length)]!;
}
