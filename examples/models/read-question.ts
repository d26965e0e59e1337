/**
 * Reads the example questions back into what they ask. Every example model reads through this and only through
 * this: it sees the text of the prompt, as any model behind an endpoint does, and no table of answers.
 */
export interface MarketQuestion {
  kind: 'market';
  basket: { count: number; price: number }[];
  /** A number in the text that has nothing to do with the bill. */
  distraction?: number;
  discount: number;
  friends?: number;
  paid?: number;
}

export interface ClockQuestion {
  kind: 'clock';
  /** Minutes since midnight. */
  start: number;
  hours: number;
  minutes: number;
}

export interface CalendarQuestion {
  kind: 'calendar';
  day: number;
  /** 0 is January. */
  month: number;
  year: number;
  days: number;
  /** Set when a weekday is asked for: the weekday of the first date. */
  weekday?: string;
}

export interface TallestQuestion {
  kind: 'tallest';
  /** Pairs in the order of the text, the taller first. */
  pairs: [taller: string, shorter: string][];
  asks: 'tallest' | 'shortest';
}

export type Question = MarketQuestion | ClockQuestion | CalendarQuestion | TallestQuestion;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS = [
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

/** What a prompt asks, or null when it is none of the examples' questions. */
export function readQuestion(prompt: string): Question | null {
  return readMarket(prompt) ?? readClock(prompt) ?? readCalendar(prompt) ?? readTallest(prompt);
}

/** The lines `A) …` of a prompt, by letter. */
export function readChoices(prompt: string): Map<string, string> {
  return new Map(Array.from(prompt.matchAll(/^([A-Z])\) (.+)$/gm), (found) => [found[1]!, found[2]!.trim()]));
}

function readMarket(text: string): MarketQuestion | null {
  const basket = Array.from(text.matchAll(/(\d+) \w+ at (\d+) coins each/g), (found) => ({
    count: Number(found[1]),
    price: Number(found[2]),
  }));
  if (basket.length === 0) return null;
  const number = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(text);
    return found ? Number(found[1]) : undefined;
  };
  const distraction = number(/stood there for (\d+) years/);
  const friends = number(/(\d+) friends share/);
  const paid = number(/pays with (\d+) coins/);
  return {
    kind: 'market',
    basket,
    discount: number(/takes (\d+) coins off/) ?? 0,
    ...(distraction === undefined ? {} : { distraction }),
    ...(friends === undefined ? {} : { friends }),
    ...(paid === undefined ? {} : { paid }),
  };
}

function readClock(text: string): ClockQuestion | null {
  const found = /leaves at (\d\d):(\d\d) and rides for (\d+) hours and (\d+) minutes/.exec(text);
  if (!found) return null;
  const [hour, minute, hours, minutes] = found.slice(1).map(Number) as [number, number, number, number];
  return { kind: 'clock', start: hour * 60 + minute, hours, minutes };
}

function readCalendar(text: string): CalendarQuestion | null {
  const date = new RegExp(`(\\d+) (${MONTHS.join('|')}) (\\d{4})`).exec(text);
  const days = /(\d+) days later/.exec(text);
  if (!date || !days) return null;
  const weekday = new RegExp(`is a (${WEEKDAYS.join('|')})`).exec(text)?.[1];
  return {
    kind: 'calendar',
    day: Number(date[1]),
    month: MONTHS.indexOf(date[2]!),
    year: Number(date[3]),
    days: Number(days[1]),
    ...(weekday === undefined ? {} : { weekday }),
  };
}

function readTallest(text: string): TallestQuestion | null {
  const asks = /Who is the (tallest|shortest) of them/.exec(text)?.[1];
  if (asks !== 'tallest' && asks !== 'shortest') return null;
  const pairs = Array.from(text.matchAll(/(\w+) is (taller|shorter) than (\w+)\./g), (found) => {
    const [, left, word, right] = found as unknown as [string, string, string, string];
    return (word === 'taller' ? [left, right] : [right, left]) as [string, string];
  });
  return { kind: 'tallest', pairs, asks };
}
