import type { Arguments } from './arguments.ts';
import { filterNamed } from './filters.ts';
import {
  BaseInterpreter,
  IntegerValue,
  type RuntimeValue,
  type Scope,
  StringValue,
  type TemplateNode,
} from './library.ts';
import { methodOf } from './methods.ts';
import { applyOperator } from './operators.ts';
import { isList, isUndefined, itemsOf, printText, StrictUndefined, undefinedError } from './values.ts';

/** Filters that may be given an undefined value. */
const tolerant = new Set(['default', 'd']);
const dictMethods = new Set(['get', 'items', 'keys', 'values']);

/**
 * The library's interpreter with what lm-eval's templates need on top of chat templates: Python's values when they are
 * printed or compared, methods of texts and lists, more filters, and no silence about undefined names.
 */
export class PythonInterpreter extends BaseInterpreter {
  override evaluate(node: TemplateNode | undefined, scope: Scope): RuntimeValue {
    switch (node?.type) {
      case 'Output':
        return new StringValue(printText(this.evaluate(node.value as TemplateNode, scope)));
      case 'Identifier':
        return this.#lookUp(node.value as string, scope);
      case 'MemberExpression':
        return this.#member(node, scope);
      case 'BinaryExpression':
        return this.#binary(node, scope);
      case 'FilterExpression':
        return this.#filter(node, scope);
      case 'SelectExpression': {
        const value = super.evaluate(node, scope);
        return isUndefined(value) ? new StrictUndefined('an "if" without "else"') : value;
      }
      default:
        return super.evaluate(node, scope);
    }
  }

  #lookUp(name: string, scope: Scope): RuntimeValue {
    const value = scope.lookupVariable(name);
    return isUndefined(value) ? new StrictUndefined(name) : value;
  }

  #binary(node: TemplateNode, scope: Scope): RuntimeValue {
    const operator = (node.operator as { value: string }).value;
    if (operator === 'and' || operator === 'or') return super.evaluate(node, scope);
    const left = this.evaluate(node.left as TemplateNode, scope);
    return applyOperator(operator, left, this.evaluate(node.right as TemplateNode, scope));
  }

  /** `object.name` looks for a method first, `object[key]` for an item, as Jinja2 does. */
  #member(node: TemplateNode, scope: Scope): RuntimeValue {
    const object = this.evaluate(node.object as TemplateNode, scope);
    if (isUndefined(object)) throw undefinedError(object);
    const property = node.property as TemplateNode;
    if (node.computed && property.type === 'SliceExpression') return super.evaluate(node, scope);
    if (!node.computed && property.type === 'Identifier') {
      const name = property.value as string;
      return (
        this.#attribute(object, name, node, scope) ?? item(object, new StringValue(name)) ?? missing(name)
      );
    }
    const key = node.computed ? this.evaluate(property, scope) : new IntegerValue(property.value as number);
    if (isUndefined(key)) throw undefinedError(key);
    const name = key.type === 'StringValue' ? (key.value as string) : undefined;
    return (
      item(object, key) ??
      (name === undefined ? undefined : methodOf(object, name)) ??
      missing(printText(key))
    );
  }

  #attribute(object: RuntimeValue, name: string, node: TemplateNode, scope: Scope): RuntimeValue | undefined {
    const method = methodOf(object, name);
    if (method) return method;
    if (object.type === 'ObjectValue' && !dictMethods.has(name)) return undefined;
    if (object.type === 'ObjectValue' && (object.value as Map<string, unknown>).has(name)) {
      throw new Error(`"${name}" is a method of a mapping; write ['${name}'] for the item`);
    }
    if (object.type === 'StringValue' || isList(object)) return undefined;
    const value = super.evaluate(node, scope);
    return isUndefined(value) ? undefined : value;
  }

  #filter(node: TemplateNode, scope: Scope): RuntimeValue {
    const call = node.filter as TemplateNode;
    const named = (call.type === 'CallExpression' ? call.callee : call) as TemplateNode;
    const name = named.value as string;
    const operand = this.evaluate(node.operand as TemplateNode, scope);
    if (isUndefined(operand) && !tolerant.has(name)) throw undefinedError(operand);
    const filter = filterNamed(name);
    if (filter) return filter(operand, this.#arguments(call, scope));
    const known =
      name === 'd' ? { ...node, filter: { ...call, callee: { ...named, value: 'default' } } } : node;
    const value = super.evaluate(known, scope);
    return isUndefined(value) ? missing(name) : value;
  }

  #arguments(call: TemplateNode, scope: Scope): Arguments {
    const args: Arguments = { positional: [], named: new Map() };
    for (const one of (call.args ?? []) as TemplateNode[]) {
      if (one.type === 'KeywordArgumentExpression') {
        const key = (one.key as TemplateNode).value as string;
        args.named.set(key, this.evaluate(one.value as TemplateNode, scope));
      } else args.positional.push(this.evaluate(one, scope));
    }
    return args;
  }
}

/** `object[key]`, or undefined when it has no such item. */
function item(object: RuntimeValue, key: RuntimeValue): RuntimeValue | undefined {
  if (object.type === 'ObjectValue') return (object.value as Map<unknown, RuntimeValue>).get(key.value);
  const at = key.type === 'BooleanValue' ? Number(key.value) : key.value;
  if (key.type !== 'IntegerValue' && key.type !== 'BooleanValue') return undefined;
  if (isList(object)) return itemsOf(object).at(Number(at));
  if (object.type !== 'StringValue') return undefined;
  const char = Array.from(object.value as string).at(Number(at));
  return char === undefined ? undefined : new StringValue(char);
}

function missing(name: string): RuntimeValue {
  return new StrictUndefined(name);
}
