import { whitespaceClass } from '../../semantics/python/whitespace.ts';
import { type Arguments, integerArgument, needed, splitArguments, textArgument } from './arguments.ts';
import {
  ArrayValue,
  BooleanValue,
  FunctionValue,
  IntegerValue,
  type RuntimeValue,
  StringValue,
} from './library.ts';
import { capitalize, replaceText, splitText, titleCase } from './texts.ts';
import { equalValues, isList, itemsOf } from './values.ts';

type Method<Self> = (self: Self, args: Arguments) => RuntimeValue;

const text = (value: string): RuntimeValue => new StringValue(value);
const truth = (value: boolean): RuntimeValue => new BooleanValue(value);

/** Methods of Python's `str` that templates call. Positions count code points, as Python's do. */
const stringMethods: Record<string, Method<string>> = {
  capitalize: (self) => text(capitalize(self)),
  count: (self, args) => new IntegerValue(countOf(self, needed(textArgument(args, 0, 'sub'), 'sub'))),
  endswith: (self, args) => truth(affixes(args).some((affix) => self.endsWith(affix))),
  find: (self, args) => new IntegerValue(find(self, args)),
  index: (self, args) => new IntegerValue(found(find(self, args))),
  isdigit: (self) => truth(/^\p{Nd}+$/u.test(self)),
  isupper: (self) => truth(/\p{L}/u.test(self) && self === self.toUpperCase()),
  islower: (self) => truth(/\p{L}/u.test(self) && self === self.toLowerCase()),
  join: (self, args) => text(joined(self, needed(args.positional[0], 'iterable'))),
  lower: (self) => text(self.toLowerCase()),
  lstrip: (self, args) => text(stripEnds(self, textArgument(args, 0, 'chars'), { left: true })),
  replace: (self, args) => {
    const [old, fresh] = [
      needed(textArgument(args, 0, 'old'), 'old'),
      needed(textArgument(args, 1, 'new'), 'new'),
    ];
    return text(replaceText(self, old, fresh, integerArgument(args, 2, 'count')));
  },
  removeprefix: (self, args) => {
    const prefix = needed(textArgument(args, 0, 'prefix'), 'prefix');
    return text(self.startsWith(prefix) ? self.slice(prefix.length) : self);
  },
  removesuffix: (self, args) => {
    const suffix = needed(textArgument(args, 0, 'suffix'), 'suffix');
    return text(suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self);
  },
  rstrip: (self, args) => text(stripEnds(self, textArgument(args, 0, 'chars'), { right: true })),
  split: (self, args) => {
    const parts = splitText(self, textArgument(args, 0, 'sep'), integerArgument(args, 1, 'maxsplit'));
    return new ArrayValue(parts.map(text));
  },
  splitlines: (self) => new ArrayValue(self.replace(/\n$/, '').split('\n').map(text)),
  startswith: (self, args) => truth(affixes(args).some((affix) => self.startsWith(affix))),
  strip: (self, args) => text(stripEnds(self, textArgument(args, 0, 'chars'), { left: true, right: true })),
  title: (self) => text(titleCase(self)),
  upper: (self) => text(self.toUpperCase()),
};

/** Methods of Python's `list` that leave it as it is. */
const listMethods: Record<string, Method<RuntimeValue[]>> = {
  count: (self, args) =>
    new IntegerValue(self.filter((item) => equalValues(item, needed(args.positional[0], 'value'))).length),
  index: (self, args) => {
    const wanted = needed(args.positional[0], 'value');
    return new IntegerValue(found(self.findIndex((item) => equalValues(item, wanted))));
  },
};

/** A method as a value that can be called, or undefined when texts and lists have none of this name. */
export function methodOf(self: RuntimeValue, name: string): RuntimeValue | undefined {
  if (self.type === 'StringValue') return bound(stringMethods, name, self.value as string);
  return isList(self) ? bound(listMethods, name, itemsOf(self)) : undefined;
}

function bound<Self>(
  methods: Record<string, Method<Self>>,
  name: string,
  self: Self,
): RuntimeValue | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && new FunctionValue((args) => method(self, splitArguments(args)));
}

/** `sub.join(iterable)`: texts only. */
function joined(separator: string, list: RuntimeValue): string {
  const parts = list.type === 'StringValue' ? Array.from(list.value as string, text) : itemsOf(list);
  if (!Array.isArray(parts) || parts.some((part) => part.type !== 'StringValue')) {
    throw new Error('join takes a list of texts');
  }
  return parts.map((part) => part.value as string).join(separator);
}

function affixes({ positional }: Arguments): string[] {
  const affix = needed(positional[0], 'prefix');
  return (isList(affix) ? itemsOf(affix) : [affix]).map((one) => {
    if (one.type !== 'StringValue') throw new Error('a prefix or suffix must be a text');
    return one.value as string;
  });
}

function find(self: string, args: Arguments): number {
  const at = self.indexOf(needed(textArgument(args, 0, 'sub'), 'sub'));
  return at < 0 ? at : Array.from(self.slice(0, at)).length;
}

function found(at: number): number {
  if (at < 0) throw new Error('index: the value is not there');
  return at;
}

function countOf(self: string, part: string): number {
  return part === '' ? Array.from(self).length + 1 : self.split(part).length - 1;
}

/** `strip`, `lstrip`, `rstrip`: of whitespace, or of any of the characters given. */
export function stripEnds(
  self: string,
  chars: string | undefined,
  sides: { left?: boolean; right?: boolean },
): string {
  const escaped = chars?.replace(/[\\\]^-]/g, '\\$&');
  if (escaped === '') return self;
  const set = `[${escaped ?? whitespaceClass}]+`;
  let out = self;
  if (sides.left) out = out.replace(new RegExp(`^${set}`, 'u'), '');
  return sides.right ? out.replace(new RegExp(`${set}$`, 'u'), '') : out;
}
