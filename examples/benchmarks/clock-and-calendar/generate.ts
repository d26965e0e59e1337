import { createSeededRandom, type SeededRandom } from '../seeded-random.ts';

/** A question with four choices; `answer` is the letter of the right one. */
export interface ChoiceQuestion {
  id: string;
  question: string;
  a: string;
  b: string;
  c: string;
  d: string;
  answer: 'A' | 'B' | 'C' | 'D';
}

const DAY = 86_400_000;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Arrival times; the wrong choices are what one gets by losing the carry, the hour or the turn of the day. */
export function generateClock(seed = 7, count = 200): ChoiceQuestion[] {
  return unique(createSeededRandom(seed), 'clock', count, (random) => {
    const [hour, minute] = [random.between(0, 23), random.between(0, 59)];
    const [hours, minutes] = [random.between(1, 11), random.between(5, 59)];
    const begin = hour * 60 + minute;
    const right = begin + hours * 60 + minutes;
    const question =
      `A train leaves at ${clock(begin)} and rides for ${hours} hours and ${minutes} minutes. ` +
      'At what time does it arrive?';
    return {
      question,
      right: clock(right),
      wrong: [right - 60, right + 60, right + 10, right - 5].map(clock),
    };
  });
}

/** Dates some days on; the wrong choices come from taking every month for 30 days, or forgetting leap years. */
export function generateCalendar(seed = 11, count = 200): ChoiceQuestion[] {
  return unique(createSeededRandom(seed), 'calendar', count, (random) => {
    const month = random.pick([1, 1, 1, 3, 5, 8, 10, 11]);
    const start = Date.UTC(random.between(2001, 2032), month, random.between(18, 28));
    const days = random.between(3, 45);
    const end = start + days * DAY;
    if (random.between(1, 2) === 1) {
      const question = `Today is ${date(start)}. What is the date ${days} days later?`;
      return {
        question,
        right: date(end),
        wrong: [end - DAY, end + DAY, end + 2 * DAY, end - 2 * DAY].map(date),
      };
    }
    const question = `${date(start)} is a ${weekday(start)}. Which day of the week is it ${days} days later?`;
    return { question, right: weekday(end), wrong: [end - DAY, end + DAY, end + 3 * DAY].map(weekday) };
  });
}

interface Draft {
  question: string;
  right: string;
  wrong: string[];
}

function unique(
  random: SeededRandom,
  prefix: string,
  count: number,
  draft: (random: SeededRandom) => Draft,
): ChoiceQuestion[] {
  const seen = new Map<string, ChoiceQuestion>();
  while (seen.size < count) {
    const { question, right, wrong } = draft(random);
    if (seen.has(question)) continue;
    const choices = random.shuffle([right, ...random.shuffle(wrong).slice(0, 3)]);
    const answer = 'ABCD'[choices.indexOf(right)] as ChoiceQuestion['answer'];
    const [a, b, c, d] = choices as [string, string, string, string];
    const id = `${prefix}-${String(seen.size + 1).padStart(3, '0')}`;
    seen.set(question, { id, question, a, b, c, d, answer });
  }
  return [...seen.values()];
}

function clock(minutes: number): string {
  const wrapped = ((minutes % 1440) + 1440) % 1440;
  return `${String(Math.floor(wrapped / 60)).padStart(2, '0')}:${String(wrapped % 60).padStart(2, '0')}`;
}

function date(time: number): string {
  const day = new Date(time);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

function weekday(time: number): string {
  return WEEKDAYS[new Date(time).getUTCDay()]!;
}
