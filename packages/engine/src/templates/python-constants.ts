import { SemanticsError } from '../semantics/error.ts';
import { strip } from '../semantics/python/whitespace.ts';

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** Text of the string literal assigned to a name at the top level of a Python source. Throws `templates-unreadable`. */
export function readConstant(source: string, name: string): string {
  const found = new RegExp(
    `^${name}\\s*(?::[^=\\n]+)?=\\s*(r?)"""([\\s\\S]*?)"""(\\.strip\\(\\))?`,
    'm',
  ).exec(source);
  if (!found) throw new SemanticsError('templates-unreadable', `the source assigns no text to ${name}`);
  const text = unescaped(found[2]!, found[1] === 'r');
  return found[3] ? strip(text) : text;
}

/**
 * Text a Python function returns as an f-string, given the truth of its one argument. Its variables must be
 * assigned as `name = "text" if argument else "text"`. Throws `templates-unreadable`.
 */
export function readReturnedText(source: string, name: string, argument: boolean): string {
  const body = new RegExp(
    `^def ${name}\\(.*\\).*:\\n((?:[ \\t]+.*\\n|\\n)*?)[ \\t]+return f"""([\\s\\S]*?)"""`,
    'm',
  ).exec(source);
  if (!body)
    throw new SemanticsError('templates-unreadable', `the source has no function ${name} of the known form`);
  const variables = conditionalTexts(body[1]!, argument);
  return unescaped(body[2]!, false).replace(/\{(\w+)\}/g, (_field, variable: string) => {
    const text = variables.get(variable);
    if (text === undefined)
      throw new SemanticsError('templates-unreadable', `${name} uses an unknown ${variable}`);
    return text;
  });
}

function conditionalTexts(body: string, argument: boolean): Map<string, string> {
  const text = `(?:"([^"]*)"|'([^']*)')`;
  const assignment = new RegExp(`^[ \\t]+(\\w+) = ${text} if \\w+ else ${text}$`, 'gm');
  const variables = new Map<string, string>();
  for (const match of body.matchAll(assignment)) {
    const [, name = '', yesDouble, yesSingle, noDouble, noSingle] = match;
    variables.set(name, (argument ? (yesDouble ?? yesSingle) : (noDouble ?? noSingle)) ?? '');
  }
  return variables;
}

function unescaped(text: string, raw: boolean): string {
  return raw ? text : text.replace(/\\([ntr\\'"\n])/g, (_all, char: string) => escapes[char]!);
}
