import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { EngineError } from '../engine-error.ts';
import { parsePyYaml } from './pyyaml.ts';

export type TaskFields = Record<string, unknown>;

/**
 * Reads task files as lm-evaluation-harness does: YAML 1.1, `include` resolved against the file's own folder, local
 * keys winning over included ones. Each file is parsed once.
 */
export class TaskFileReader {
  readonly #parsed = new Map<string, TaskFields>();

  /** @throws EngineError `plan-invalid` naming the file: not YAML, not a mapping, no such include, a circle of includes */
  read(path: string): TaskFields {
    return this.#read(resolve(path), new Set());
  }

  /** A file may stand in a chain of includes once only, as in lm-eval. */
  #read(path: string, seen: Set<string>): TaskFields {
    if (seen.has(path)) throw new EngineError('plan-invalid', `${path} is included twice`);
    seen.add(path);
    const own = this.#parse(path);
    if (own.include === undefined) return own;
    const { include, ...local } = own;
    const merged: TaskFields = {};
    for (const name of Array.isArray(include) ? include : [include]) {
      if (typeof name !== 'string') throw new EngineError('plan-invalid', `${path}: include must name files`);
      const target = isAbsolute(name) ? name : resolve(dirname(path), name);
      // A list of variants belongs to the file it stands in.
      const { task_list: _variants, ...included } = this.#read(target, seen);
      Object.assign(merged, included);
    }
    return { ...merged, ...local };
  }

  #parse(path: string): TaskFields {
    let fields = this.#parsed.get(path);
    if (!fields) {
      fields = parseTaskText(readText(path), path);
      this.#parsed.set(path, fields);
    }
    return fields;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EngineError('plan-invalid', `${path} cannot be read`, { cause });
  }
}

function parseTaskText(text: string, path: string): TaskFields {
  let value: unknown;
  try {
    value = parsePyYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('plan-invalid', `${path} is not YAML: ${reason}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EngineError('plan-invalid', `${path} is not a mapping of settings`);
  }
  return value as TaskFields;
}
