import { EngineError } from '../engine-error.ts';

/** Which task of which dataset, as typed on the command line. */
export type TaskSpec =
  | { kind: 'hub'; dataset: string; taskId?: string; revision: string; text: string }
  | { kind: 'folder'; folder: string; taskId?: string; text: string };

/**
 * Parses `hf/ORG/NAME[/TASK][@REVISION]`, or a local folder (`./FOLDER`, `/FOLDER`, `../FOLDER`; a task of it as
 * `./FOLDER#TASK`). Unlike Inspect, only a leading `hf/` is taken off, so that names which hold it survive.
 * @throws EngineError `plan-invalid`
 */
export function parseTaskSpec(text: string): TaskSpec {
  if (/^(\.{0,2}\/|\.{1,2}$|[A-Za-z]:\\)/.test(text)) {
    const [folder = '', taskId] = text.split('#');
    return { kind: 'folder', folder, text, ...(taskId ? { taskId } : {}) };
  }
  const at = text.lastIndexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? 'main' : text.slice(at + 1);
  const [prefix, ...parts] = name.split('/');
  const whole = parts.every((part) => part !== '') && (parts.length === 2 || parts.length === 3);
  if (prefix !== 'hf' || !whole || revision === '') {
    throw new EngineError('plan-invalid', `"${text}" names no task`, {
      hint: 'use hf/ORG/NAME, hf/ORG/NAME/TASK, either with @REVISION, or a folder as ./FOLDER',
    });
  }
  const dataset = `${parts[0]}/${parts[1]}`;
  return { kind: 'hub', dataset, revision, text, ...(parts[2] ? { taskId: parts[2] } : {}) };
}
