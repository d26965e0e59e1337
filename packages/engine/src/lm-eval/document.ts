import { SemanticsError } from '../semantics/error.ts';
import type { DataRecord } from '../semantics/sample.ts';
import { compileTemplate } from './jinja/template.ts';
import { parsePythonLiteral } from './python-literal.ts';
import type { ChoiceRule, LmEvalTask, TargetRule } from './task-config.ts';

/**
 * What a task's rules (`doc_to_text` and so on) make of a record. A rule that is the name of a column gives the column;
 * any other text is a template. All of it throws `bad-record` when a rule does not fit the record.
 */
export class DocumentRules {
  readonly #task: LmEvalTask;
  readonly #columns: ReadonlySet<string>;

  /** @param columns of the split that is evaluated; few-shot records go by the same ones, as in lm-eval */
  constructor(task: LmEvalTask, columns: Iterable<string>) {
    this.#task = task;
    this.#columns = new Set(columns);
  }

  /** A number, where choices exist, says that each choice makes a prompt of its own. */
  text(record: DataRecord, rule: string | number | null = null): unknown {
    const used = rule ?? this.#task.docToText;
    if (typeof used === 'number') return used;
    if (this.#columns.has(used)) return record[used] ?? null;
    const text = compileTemplate(used).render(record);
    return this.#task.docToChoice !== null && isDigits(text) ? parsePythonLiteral(text) : text;
  }

  /** An index when choices exist and the text is a number; a list when it is written as one. */
  target(record: DataRecord, rule: TargetRule | null = null): unknown {
    const used = rule ?? this.#task.docToTarget;
    if (typeof used !== 'string') return used;
    if (this.#columns.has(used)) return record[used] ?? null;
    const text = compileTemplate(used).render(record);
    if (this.#task.docToChoice !== null && isDigits(text)) return parsePythonLiteral(text);
    if (text.length < 2 || !text.startsWith('[') || !text.endsWith(']')) return text;
    try {
      return parsePythonLiteral(text);
    } catch {
      return text;
    }
  }

  choices(record: DataRecord, rule: ChoiceRule | null = null): unknown[] {
    const used = rule ?? this.#task.docToChoice;
    const value = typeof used === 'string' ? this.#choiceText(record, used) : used;
    const list = Array.isArray(value) ? value : Object.values((value ?? {}) as object);
    if (list.length === 0) throw new SemanticsError('no-choices', 'doc_to_choice gives no choices');
    return list;
  }

  #choiceText(record: DataRecord, rule: string): unknown {
    if (this.#columns.has(rule)) return record[rule];
    return parsePythonLiteral(compileTemplate(rule).render(record));
  }

  /** A description or prefix: null when the rule is empty. */
  field(record: DataRecord, rule: string | null): string | null {
    if (!rule) return null;
    if (!this.#columns.has(rule)) return compileTemplate(rule).render(record);
    const value = record[rule];
    return typeof value === 'string' && value !== '' ? value : null;
  }
}

/** `text.isdigit()`. */
function isDigits(text: string): boolean {
  return /^\p{Nd}+$/u.test(text);
}
