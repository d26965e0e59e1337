import { createHash } from 'node:crypto';
import { type Question, readChoices, readQuestion } from './read-question.ts';
import { type Slips, type Working, workOut } from './work-out.ts';

/** A made-up model: what it is good at, what it gets wrong and how it talks. Same prompt, same answer. */
export interface ExampleModel {
  /** `namespace/name` of its repo, and the name by which the endpoint serves it. */
  name: string;
  description: string;
  answer(prompt: string): string;
}

interface Character {
  name: string;
  description: string;
  /** The mistakes it makes on this question; asked once for each. `luck` is 0 to 1, fixed by model and question. */
  slips(question: Question, luck: number): Slips;
  say(working: Working, choice: string | null, luck: number): string;
}

const plainly = (working: Working, choice: string | null): string =>
  choice === null ? `${working.lines.join('\n')}\n${working.answer}` : `ANSWER: ${choice}`;

const CHARACTERS: Character[] = [
  {
    name: 'lumen/lumen-large',
    description: 'Careful with numbers and chains; loses a carry now and then.',
    slips: (_question, luck) => (luck < 0.04 ? { lostCarry: true, lostHour: true, chain: 3 } : {}),
    say: plainly,
  },
  {
    name: 'lumen/lumen-small',
    description: 'The small sister: right as long as a question is short.',
    slips: (question, luck) => ({
      chain: 3,
      lostHour: luck < 0.3,
      noLeapYears: true,
      stopsEarly: question.kind === 'market' && question.basket.length > 2 && luck < 0.6,
      lostCarry: luck < 0.25,
    }),
    say: plainly,
  },
  {
    name: 'fjord/fjord-chat',
    description: 'Knows much and talks much: sometimes the answer is not where it was asked for.',
    slips: (_question, luck) => (luck < 0.08 ? { distracted: true, flatMonths: true, chain: 2 } : {}),
    say: (working, choice, luck) => {
      if (luck > 0.82)
        return `${plainly(working, choice)}\nIt took me ${working.lines.length} steps; happy to explain them!`;
      return `Good question! ${plainly(working, choice)}`;
    },
  },
  {
    name: 'fjord/fjord-base',
    description: 'Adds whatever number it sees, and takes every month for thirty days.',
    slips: (_question, luck) => ({
      distracted: true,
      flatMonths: true,
      chain: luck < 0.5 ? 2 : 4,
      lostHour: luck < 0.15,
    }),
    say: plainly,
  },
  {
    name: 'opal/opal-mini',
    description: 'Gives up early: the first sum, the first name, the first choice.',
    slips: () => ({ stopsEarly: true, lostCarry: true, lostHour: true, flatMonths: true, chain: 0 }),
    say: (working, choice, luck) => (choice !== null && luck < 0.4 ? 'ANSWER: A' : plainly(working, choice)),
  },
  {
    name: 'opal/opal-reasoner',
    description: 'Thinks aloud at length and almost always arrives, unless it runs out of breath.',
    slips: () => ({}),
    say: (working, choice, luck) => {
      const aloud = working.lines
        .map((line, at) => `Step ${at + 1}. ${line} Let me check that. Yes.`)
        .join('\n');
      if (luck < 0.07) return aloud.slice(0, aloud.length / 2);
      return `${aloud}\n${choice === null ? working.answer : `ANSWER: ${choice}`}`;
    },
  },
];

export const EXAMPLE_MODELS: ExampleModel[] = CHARACTERS.map((character) => ({
  name: character.name,
  description: character.description,
  answer: (prompt) => answerAs(character, prompt),
}));

function answerAs(character: Character, prompt: string): string {
  const question = readQuestion(prompt);
  if (question === null) return 'I do not know what to make of this.';
  const luck = luckOf(character.name, JSON.stringify(question));
  const working = workOut(question, character.slips(question, luck));
  const wording = question.kind === 'tallest' ? { ...working, answer: `ANSWER: ${working.answer}` } : working;
  return character.say(wording, chosen(prompt, working.answer, luck), luck);
}

/** The letter whose text is the answer; when none is, a letter that luck picks, as a guess would. */
function chosen(prompt: string, answer: string, luck: number): string | null {
  const choices = readChoices(prompt);
  if (choices.size === 0) return null;
  for (const [letter, text] of choices) if (text === answer) return letter;
  return [...choices.keys()][Math.floor(luck * choices.size)]!;
}

function luckOf(...parts: string[]): number {
  return createHash('sha256').update(parts.join('\n')).digest().readUInt32BE() / 2 ** 32;
}
