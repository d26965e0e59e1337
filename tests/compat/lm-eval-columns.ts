import type { TemplateNode } from '../../packages/engine/src/lm-eval/jinja/library.ts';
import { parseTemplate } from '../../packages/engine/src/lm-eval/jinja/library.ts';
import type { LmEvalTask } from '../../packages/engine/src/lm-eval/task-config.ts';

/** What rows must hold in a column, or at a place inside one, for a task's templates to make sense of it. */
export interface Shape {
  kind: 'text' | 'number' | 'list' | 'map';
  /** Texts or numbers to choose from. */
  values?: unknown[];
  /** Of a list. */
  length: number;
  item?: Shape;
  fields: Map<string, Shape>;
  /** Templates ask whether it is null. */
  nullable: boolean;
}

export type Columns = Map<string, Shape>;

function newShape(): Shape {
  return { kind: 'text', length: 0, fields: new Map(), nullable: false };
}

function asPlainList(shape: Shape): void {
  shape.kind = 'list';
}

const letters = ['A', 'B', 'C', 'D'];

/** Adds what a task reads of its rows. */
export function addColumns(columns: Columns, task: LmEvalTask): void {
  const { fewshot } = task;
  const hasChoices = task.docToChoice !== null;
  for (const rule of [
    task.docToText,
    fewshot.docToText,
    task.description,
    task.genPrefix,
    fewshot.genPrefix,
  ]) {
    if (typeof rule === 'string') addRule(columns, rule, () => undefined);
  }
  const asList = (shape: Shape): void => {
    shape.kind = 'list';
    shape.length = Math.max(shape.length, letters.length);
  };
  for (const rule of [task.docToChoice, fewshot.docToChoice]) {
    if (typeof rule === 'string') addRule(columns, rule, asList);
  }
  const count = Array.isArray(task.docToChoice) ? task.docToChoice.length : 2;
  const asIndex = (shape: Shape): void => {
    if (hasChoices)
      number(
        shape,
        Array.from({ length: count }, (_none, at) => at),
      );
  };
  for (const rule of [task.docToTarget, fewshot.docToTarget]) {
    if (typeof rule === 'string') addRule(columns, rule, asIndex);
  }
}

function number(shape: Shape, values: number[]): void {
  if (shape.kind === 'list' || shape.kind === 'map' || shape.values) return;
  shape.kind = 'number';
  shape.values = values;
}

/** A rule without any sign of a template may name a column. */
function addRule(columns: Columns, rule: string, expect: (shape: Shape) => void): void {
  if (/^[\w-]+$/.test(rule)) {
    // A word that is text in the prompt does no harm as a column that only this rule reads.
    if (/^[a-z_]\w*$/.test(rule)) expect(columnOf(columns, rule));
    return;
  }
  const body = parseTemplate(rule).body as TemplateNode[];
  const reader = new ShapeReader(columns);
  for (const node of body) reader.visit(node, body.length === 1 ? expect : () => undefined);
}

function columnOf(columns: Columns, name: string): Shape {
  const shape = columns.get(name) ?? newShape();
  columns.set(name, shape);
  return shape;
}

const passing = new Set([
  'strip',
  'lstrip',
  'rstrip',
  'trim',
  'string',
  'lower',
  'upper',
  'capitalize',
  'safe',
]);

/** Walks a template's expressions from the outside, telling each part what is expected of it. */
class ShapeReader {
  readonly #columns: Columns;
  readonly #own = new Set(['none', 'None', 'true', 'false', 'True', 'False', 'range', 'loop']);

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  visit(node: TemplateNode | undefined, expect: (shape: Shape) => void = () => undefined): void {
    if (!node) return;
    const part = (name: string): TemplateNode => node[name] as TemplateNode;
    switch (node.type) {
      case 'Identifier':
        if (!this.#own.has(node.value as string)) expect(columnOf(this.#columns, node.value as string));
        return;
      case 'MemberExpression':
        this.#member(node, expect);
        return;
      case 'CallExpression':
        this.#call(node, expect);
        return;
      case 'FilterExpression':
        this.#filter(node, expect);
        return;
      case 'BinaryExpression':
        this.#binary(node, expect);
        return;
      case 'TestExpression':
        this.visit(part('operand'), (shape) => {
          shape.nullable ||= part('test').value === 'none';
        });
        return;
      case 'Set':
        this.#own.add(part('assignee').value as string);
        this.visit(part('value'));
        return;
      case 'For':
        this.#own.add(part('loopvar').value as string);
        this.#children(node);
        return;
      case 'Ternary':
        this.visit(part('condition'));
        this.visit(part('trueExpr'), expect);
        this.visit(part('falseExpr'), expect);
        return;
      default:
        this.#children(node);
        return;
    }
  }

  #children(node: TemplateNode): void {
    for (const child of Object.values(node).flat()) {
      if (typeof child === 'object' && child !== null && 'type' in child) this.visit(child as TemplateNode);
    }
  }

  #member(node: TemplateNode, expect: (shape: Shape) => void): void {
    const [object, property] = [node.object as TemplateNode, node.property as TemplateNode];
    if (node.computed && property.type === 'SliceExpression') {
      this.visit(object);
      return;
    }
    if (node.computed && literalsOf(object)) {
      const size = literalsOf(object)!.length;
      this.#index(property, size);
      return;
    }
    if (property.type === 'IntegerLiteral') {
      this.visit(object, (shape) => {
        shape.kind = 'list';
        shape.length = Math.max(shape.length, (property.value as number) + 1);
        shape.item ??= newShape();
        expect(shape.item);
      });
      return;
    }
    const name = property.type === 'StringLiteral' || !node.computed ? (property.value as string) : null;
    if (name === null) {
      this.visit(property, (shape) => number(shape, [0, 1]));
      this.visit(object, asPlainList);
      return;
    }
    this.visit(object, (shape) => {
      shape.kind = 'map';
      const field = shape.fields.get(name) ?? newShape();
      shape.fields.set(name, field);
      expect(field);
    });
  }

  /** A place in a list of literals, perhaps counted from 1. */
  #index(node: TemplateNode, size: number): void {
    const operator = (node.operator as { value?: string } | undefined)?.value;
    const first = operator === '-' ? 1 : 0;
    const target = first === 1 ? (node.left as TemplateNode) : node;
    this.visit(target, (shape) =>
      number(
        shape,
        Array.from({ length: size }, (_none, at) => at + first),
      ),
    );
  }

  #call(node: TemplateNode, expect: (shape: Shape) => void): void {
    const callee = node.callee as TemplateNode;
    const args = node.args as TemplateNode[];
    if (callee.type !== 'MemberExpression') {
      for (const arg of args) this.visit(arg);
      return;
    }
    const receiver = callee.object as TemplateNode;
    const method = (callee.property as TemplateNode).value as string;
    if (method !== 'index') {
      this.visit(receiver, passing.has(method) ? (shape) => asText(shape, expect) : undefined);
      for (const arg of args) this.visit(arg);
      return;
    }
    const among = literalsOf(receiver) ?? letters;
    const choose = (shape: Shape, prefix: string): void => {
      shape.values ??= among.map((one) => (prefix === '' ? one : String(one).replace(prefix, '')));
    };
    this.visit(receiver, (shape) => {
      shape.kind = 'list';
      shape.length = letters.length;
      shape.item = { ...newShape(), values: among };
    });
    for (const arg of args) this.visit(arg, (shape) => choose(shape, prefixOf(arg)));
  }

  #filter(node: TemplateNode, expect: (shape: Shape) => void): void {
    const filter = node.filter as TemplateNode;
    const name = ((filter.type === 'CallExpression' ? filter.callee : filter) as TemplateNode)
      .value as string;
    const operand = node.operand as TemplateNode;
    if (name === 'int') {
      this.visit(operand, (shape) => {
        if (!shape.values) shape.values = ['1', '2'];
      });
      return;
    }
    if (
      name === 'join' &&
      operand.type === 'MemberExpression' &&
      (operand.property as TemplateNode).type === 'SliceExpression'
    ) {
      this.visit(operand);
      return;
    }
    if (name === 'join' || name === 'list') {
      this.visit(operand, asPlainList);
      return;
    }
    if (name === 'map') {
      const [attribute] = (filter.args as TemplateNode[]).map(
        (arg) => (arg.value as TemplateNode).value as string,
      );
      this.visit(operand, (shape) => {
        shape.kind = 'list';
        shape.item = { ...newShape(), kind: 'map', fields: new Map([[attribute!, newShape()]]) };
      });
      return;
    }
    this.visit(operand, passing.has(name) ? expect : undefined);
  }

  #binary(node: TemplateNode, expect: (shape: Shape) => void): void {
    const operator = (node.operator as { value: string }).value;
    const [left, right] = [node.left as TemplateNode, node.right as TemplateNode];
    const literal = right.type.endsWith('Literal') ? right.value : undefined;
    if (operator === '==' && (typeof literal === 'string' || typeof literal === 'number')) {
      this.visit(left, (shape) => {
        if (typeof literal === 'number') number(shape, [literal, literal + 1]);
        else shape.values = [...new Set([...(shape.values ?? []), literal])];
      });
      return;
    }
    if (operator === '-') {
      this.visit(left, (shape) => number(shape, [1, 2]));
      return;
    }
    const asPart = operator === '+' && left.type === 'StringLiteral' ? expect : undefined;
    this.visit(left);
    this.visit(right, asPart);
  }
}

/** What is put before a value that is looked for: of `'answer' + letter` the first part. */
function prefixOf(node: TemplateNode): string {
  const left = node.left as TemplateNode | undefined;
  return left?.type === 'StringLiteral' ? (left.value as string) : '';
}

/** Methods of texts want a text, be it one of digits. */
function asText(shape: Shape, expect: (shape: Shape) => void): void {
  expect(shape);
  if (shape.kind !== 'number') return;
  shape.kind = 'text';
  shape.values = shape.values?.map(String);
}

const truths: Record<string, boolean> = { True: true, False: false, true: true, false: false };

/** The texts and numbers of a list that stands in the template itself. */
function literalsOf(node: TemplateNode): unknown[] | null {
  if (node.type === 'StringLiteral') return Array.from(node.value as string);
  if (node.type !== 'ArrayLiteral') return null;
  const items = node.value as TemplateNode[];
  const values = items.map((item) =>
    item.type.endsWith('Literal') ? item.value : truths[String(item.value)],
  );
  return values.includes(undefined) ? null : values;
}
