/** A recorded question and whatever belongs to it. */
export interface Indexed<T> {
  question: string;
  /** Answer options, when the same question is asked with different ones. */
  choices?: string[];
  value: T;
}

/** Finds the recorded question that a prompt asks. */
export interface QuestionIndex<T> {
  /** All values recorded for the question found, in recorded order; empty when the prompt asks none. */
  find(prompt: string): T[];
}

/** Words of a question's beginning that anchor it in a prompt. */
const ANCHOR_WORDS = 8;
const WORD = /[\p{L}\p{N}]+/gu;

interface Entry<T> extends Indexed<T> {
  /** With single spaces for all white space. */
  plain: string;
  plainChoices: string[];
}

interface Group<T> {
  /** All words of the question, one space between. */
  words: string;
  entries: Entry<T>[];
}

/**
 * Built once over all questions. A prompt is cut into words; at each word the next eight (fewer for shorter
 * questions) are looked up among the beginnings of all questions, and where one is found the longest question that
 * goes on there is taken. Questions found that way do not overlap, and the last one is what the prompt asks: what
 * stands before it are worked examples. Cost: one hash look-up a word, whatever the number of questions.
 *
 * Words alone decide where a question stands, so that a template may wrap it in any punctuation; between questions
 * of the same words the text itself decides, then the answer options that the prompt shows.
 */
export function createQuestionIndex<T>(items: Iterable<Indexed<T>>): QuestionIndex<T> {
  const groups = new Map<string, Group<T>>();
  /** By anchor: the lengths, in words, of the questions that begin so, longest first. */
  const anchors = new Map<string, number[]>();
  const anchorLengths = new Set<number>();
  for (const item of items) {
    const list = item.question.match(WORD) ?? [];
    if (list.length === 0) continue;
    const words = list.join(' ');
    const group = groups.get(words) ?? { words, entries: [] };
    groups.set(words, group);
    group.entries.push({
      ...item,
      plain: toPlain(item.question),
      plainChoices: (item.choices ?? []).map(toPlain),
    });
    const anchorLength = Math.min(list.length, ANCHOR_WORDS);
    const anchor = list.slice(0, anchorLength).join(' ');
    const lengths = anchors.get(anchor) ?? [];
    if (!lengths.includes(list.length))
      anchors.set(
        anchor,
        [...lengths, list.length].sort((a, b) => b - a),
      );
    anchorLengths.add(anchorLength);
  }
  const longestFirst = [...anchorLengths].sort((a, b) => b - a);
  return { find: (prompt) => choose(findGroups(prompt, groups, anchors, longestFirst), prompt) };
}

/** Every question whose words stand in the prompt, in their order there. */
function findGroups<T>(
  prompt: string,
  groups: Map<string, Group<T>>,
  anchors: Map<string, number[]>,
  anchorLengths: number[],
): Group<T>[] {
  const words = prompt.match(WORD) ?? [];
  const text = words.join(' ');
  const starts = toStarts(words);
  const slice = (from: number, count: number): string => text.slice(starts[from]!, starts[from + count]! - 1);
  const found: Group<T>[] = [];
  for (let at = 0; at < words.length; ) {
    const length = longestAt(at);
    at += Math.max(length, 1);
  }
  return found;

  function longestAt(at: number): number {
    let best = 0;
    let longest: Group<T> | null = null;
    for (const anchorLength of anchorLengths) {
      if (at + anchorLength > words.length) continue;
      for (const length of anchors.get(slice(at, anchorLength)) ?? []) {
        if (length <= best || at + length > words.length) continue;
        const group = groups.get(slice(at, length));
        if (!group) continue;
        longest = group;
        best = length;
        break;
      }
    }
    if (longest) found.push(longest);
    return best;
  }
}

/** Where each word begins in the joined text, and where one more would. */
function toStarts(words: string[]): number[] {
  const starts = [0];
  for (const word of words) starts.push(starts.at(-1)! + word.length + 1);
  return starts;
}

function toPlain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/**
 * Of the questions whose words were found, the last whose text and options stand there: words alone may be a chance
 * (`4 3`), and a short question may be an option of another one.
 * When no text does, because the prompt writes it otherwise, the one with the most words.
 */
function choose<T>(groups: Group<T>[], prompt: string): T[] {
  if (groups.length === 0) return [];
  const plain = toPlain(prompt);
  const stands = (entry: Entry<T>): boolean => plain.includes(entry.plain);
  const whole = (entry: Entry<T>): boolean => stands(entry) && standInOrder(plain, entry);
  const group =
    groups.findLast((one) => one.entries.some(whole)) ??
    groups.findLast((one) => one.entries.some(stands)) ??
    groups.reduce((a, b) => (b.words.length >= a.words.length ? b : a));
  let left = group.entries;
  if (left.length > 1) {
    left = narrow(left, stands);
    left = narrow(left, (entry) => standInOrder(plain, entry));
    // With more options shown, the one that knows more of them is meant.
    const most = Math.max(...left.map((entry) => entry.plainChoices.length));
    left = left.filter((entry) => entry.plainChoices.length === most);
  }
  return left.map((entry) => entry.value);
}

/** Whether the options stand behind the question, one after the other. */
function standInOrder(plain: string, entry: { plain: string; plainChoices: string[] }): boolean {
  let from = Math.max(plain.lastIndexOf(entry.plain), 0) + entry.plain.length;
  for (const choice of entry.plainChoices) {
    const at = plain.indexOf(choice, from);
    if (at < 0) return false;
    from = at + choice.length;
  }
  return true;
}

function narrow<E>(entries: E[], fits: (entry: E) => boolean): E[] {
  const fitting = entries.filter(fits);
  return fitting.length > 0 ? fitting : entries;
}
