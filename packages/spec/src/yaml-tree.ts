import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { quoted } from './errors.ts';
import type { IssueList, Place } from './issue-list.ts';

/** Positions of a node in the text: `start` and `end` are offsets of its own value, comments excluded. */
interface NodePlace extends Place {
  start: number;
  end: number;
}

export interface YamlScalar extends NodePlace {
  kind: 'scalar';
  value: string | number | boolean | null;
  /** What the file writes, without quotes: `20.90` where the value is 20.9. */
  source: string;
  /** Written without quotes, so that a reader may take it for a number, a boolean or a date. */
  plain: boolean;
}

export interface YamlList extends NodePlace {
  kind: 'list';
  flow: boolean;
  items: YamlNode[];
  /** Offsets of the dashes of a block list, one for each item. */
  dashes: number[];
}

interface YamlField {
  key: Place;
  value: YamlNode;
}

export interface YamlMap extends NodePlace {
  kind: 'map';
  flow: boolean;
  fields: Map<string, YamlField>;
}

export type YamlNode = YamlScalar | YamlList | YamlMap;

const MAX_DEPTH = 64;
// Nodes reached through aliases; a few lines of nested aliases can stand for billions of nodes.
const MAX_ALIASED = 10_000;

/** Turns the library's nodes into plain ones: aliases expanded, duplicate keys refused, every node with its place. */
export class TreeBuilder {
  readonly #anchors = new Map<string, Node>();
  readonly #issues: IssueList;
  readonly #lineOf: (offset: number) => { line: number; col: number };
  #aliased = 0;

  constructor(issues: IssueList, lineOf: (offset: number) => { line: number; col: number }) {
    this.#issues = issues;
    this.#lineOf = lineOf;
  }

  /** Returns null after an issue that makes the rest of this branch meaningless. */
  build(node: Node | null, path: string, offset: number, depth = 0, inAlias = false): YamlNode | null {
    if (node === null)
      return { kind: 'scalar', value: null, source: '', plain: true, ...this.#place(null, path, offset) };
    const place = this.#place(node, path, offset);
    if (depth > MAX_DEPTH)
      return this.#refuse(place, 'too-deep', `nested more than ${MAX_DEPTH} levels deep`);
    if (inAlias && ++this.#aliased > MAX_ALIASED) {
      if (this.#aliased > MAX_ALIASED + 1) return null;
      return this.#refuse(place, 'too-many-aliases', `aliases stand for more than ${MAX_ALIASED} values`);
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (!target)
        return this.#refuse(place, 'unknown-alias', `no anchor ${quoted(node.source)} before this alias`);
      const built = this.build(target, path, offset, depth + 1, true);
      return built === null ? null : { ...built, ...place };
    }
    if (!inAlias && 'anchor' in node && node.anchor) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node, place);
    if (isSeq(node)) return this.#list(node, place, depth, inAlias);
    if (isMap(node)) return this.#map(node, place, depth, inAlias);
    return this.#refuse(place, 'yaml-syntax', 'an unexpected kind of value');
  }

  #scalar(node: Scalar, place: NodePlace): YamlScalar | null {
    const parts = scalarParts(node);
    // Neither JSON text that is to be signed nor a database can hold these; only escapes in quotes can write them.
    const bad =
      typeof parts.value === 'string' && (parts.value.includes('\0') || !parts.value.isWellFormed());
    if (bad) return this.#refuse(place, 'invalid-text', 'a text may not hold NUL or half a surrogate pair');
    return { kind: 'scalar', ...parts, ...place };
  }

  #list(node: YAMLSeq, place: NodePlace, depth: number, inAlias: boolean): YamlList {
    const items: YamlNode[] = [];
    for (const [index, item] of node.items.entries()) {
      const built = this.build(item as Node | null, `${place.path}[${index}]`, place.end, depth + 1, inAlias);
      if (built) items.push(built);
    }
    return { kind: 'list', flow: node.flow === true, items, dashes: dashesOf(node), ...place };
  }

  #map(node: YAMLMap, place: NodePlace, depth: number, inAlias: boolean): YamlMap {
    const fields = new Map<string, YamlField>();
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const keyPlace = this.#place(pair.key, place.path, place.start);
      if (!isScalar(pair.key)) {
        this.#refuse(keyPlace, 'key-not-text', 'a key must be plain text');
        continue;
      }
      const key = this.#scalar(pair.key, keyPlace)?.source;
      if (key === undefined) continue;
      keyPlace.path = place.path === '' ? key : `${place.path}.${key}`;
      if (key === '<<' && pair.key.type === 'PLAIN') {
        this.#issues.error(keyPlace, 'merge-key', 'merge keys (`<<`) are not read', 'write the keys out');
      } else if (fields.has(key)) {
        const first = fields.get(key)!.key.line;
        this.#issues.error(
          keyPlace,
          'duplicate-key',
          `${quoted(key)} is given twice, first in line ${first}`,
        );
      } else {
        const value = this.build(pair.value, keyPlace.path, keyPlace.end, depth + 1, inAlias);
        if (value) fields.set(key, { key: keyPlace, value });
      }
    }
    return { kind: 'map', flow: node.flow === true, fields, ...place };
  }

  #place(node: Node | null, path: string, fallback: number): NodePlace {
    const start = node?.range?.[0] ?? fallback;
    const { line, col } = this.#lineOf(start);
    return { path, line, column: col, start, end: node?.range?.[1] ?? fallback };
  }

  #refuse(place: NodePlace, code: string, message: string): null {
    this.#issues.error(place, code, message);
    return null;
  }
}

function dashesOf(node: YAMLSeq): number[] {
  if (node.srcToken?.type !== 'block-seq') return [];
  return node.srcToken.items.flatMap(
    (item) => item.start.find((token) => token.type === 'seq-item-ind')?.offset ?? [],
  );
}

function scalarParts(node: Scalar): Pick<YamlScalar, 'value' | 'source' | 'plain'> {
  const { value } = node;
  const source = node.source ?? (value === null ? '' : String(value));
  const known =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  return { value: known ? value : source, source, plain: node.type === 'PLAIN' };
}

/** The plain JSON value of a node. A number that JSON cannot hold (`.nan`, `.inf`) becomes the text the file has. */
export function toJson(node: YamlNode): unknown {
  if (node.kind === 'list') return node.items.map(toJson);
  if (node.kind === 'scalar') {
    return typeof node.value === 'number' && !Number.isFinite(node.value) ? node.source : node.value;
  }
  return toJsonObject(node);
}

export function toJsonObject(map: YamlMap): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [key, field] of map.fields) {
    const value = toJson(field.value);
    // Assigning to this one name would do something else.
    if (key === '__proto__')
      Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    else object[key] = value;
  }
  return object;
}
