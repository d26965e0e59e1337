/** Which acts lead from one state of a repo's results to the next. Pure: knows neither git nor database. */

/** `replied`: whoever submitted a result that was taken off the boards answers. It moves nothing. */
export type ActKind = 'submitted' | 'merged' | 'closed' | 'reopened' | 'changed' | 'deleted' | 'replied';

/** A result at a place, as far as acts are concerned. */
export interface Stand {
  resultId: string;
  /** 0: on main; N: in pull request N. */
  scope: number;
  closed: boolean;
  filename: string;
  position: number;
  datasetId: string;
  taskId: string;
  setupClass: string;
  commitOid: string;
  entry: Record<string, unknown>;
}

export interface ActDraft {
  kind: ActKind;
  /** The pull request in which, or out of which (`merged`), it happened; null: on main itself. */
  pullRequest: number | null;
  stand: Stand;
  detail: Record<string, unknown>;
}

export interface Change {
  before: Stand[];
  after: Stand[];
  /** The pull request whose merge caused this. */
  merging?: number;
}

/**
 * Rules, by result id and scope:
 * - left a pull request and stands on main afterwards: `merged` (said once for main, with the pull request);
 * - new beside one that went, for the same file, task and setup: `changed`, `detail.previous` names the old id;
 * - otherwise new: `submitted`; gone: `deleted`; closed and no longer closed: `closed`, `reopened`.
 */
export function toActs({ before, after, merging }: Change): ActDraft[] {
  const scopes = [...new Set([...before, ...after].map((stand) => stand.scope))].sort(landingFirst(merging));
  const was = byScope(before);
  const is = byScope(after);
  const onMain = is.get(0) ?? new Map<string, Stand>();
  const landed = new Map<string, number[]>();
  const acts: ActDraft[] = [];
  for (const scope of scopes.filter((number) => number > 0)) {
    const old = was.get(scope) ?? new Map();
    const now = is.get(scope) ?? new Map();
    for (const id of old.keys()) {
      if (!now.has(id) && onMain.has(id)) landed.set(id, [...(landed.get(id) ?? []), scope]);
    }
    acts.push(...actsOfPull(old, now, onMain, scope));
  }
  return [...actsOfMain(was.get(0) ?? new Map(), onMain, landed, merging), ...acts];
}

type Stands = Map<string, Stand>;

function landingFirst(merging: number | undefined) {
  return (a: number, b: number) => Number(b === merging) - Number(a === merging) || a - b;
}

function byScope(stands: Stand[]): Map<number, Stands> {
  const scopes = new Map<number, Stands>();
  for (const stand of stands) {
    const inScope = scopes.get(stand.scope) ?? new Map();
    if (!inScope.has(stand.resultId)) inScope.set(stand.resultId, stand);
    scopes.set(stand.scope, inScope);
  }
  return scopes;
}

function actsOfMain(was: Stands, is: Stands, landed: Map<string, number[]>, merging?: number): ActDraft[] {
  const { pairs, added, removed } = pair(was, is);
  const caused = merging === undefined ? {} : { mergeOf: merging };
  const arrive = (stand: Stand, detail: Record<string, unknown>): ActDraft => {
    const from = landed.get(stand.resultId)?.[0];
    if (from !== undefined) return { kind: 'merged', pullRequest: from, stand, detail };
    const kind = 'previous' in detail ? 'changed' : 'submitted';
    return { kind, pullRequest: null, stand, detail: { ...detail, ...caused } };
  };
  const acts = [
    ...pairs.map(([old, stand]) => arrive(stand, { previous: old.resultId })),
    ...added.map((stand) => arrive(stand, {})),
    ...removed.map((stand): ActDraft => ({ kind: 'deleted', pullRequest: null, stand, detail: caused })),
  ];
  // What a pull request proposed and main already had: the proposal is settled all the same.
  for (const [id, scopes] of landed) {
    for (const from of was.has(id) ? scopes : scopes.slice(1))
      acts.push({ kind: 'merged', pullRequest: from, stand: is.get(id)!, detail: { alreadyOnMain: true } });
  }
  return acts;
}

function actsOfPull(was: Stands, is: Stands, onMain: Stands, pullRequest: number): ActDraft[] {
  const { pairs, added, removed } = pair(was, is, onMain);
  const act = (kind: ActKind, stand: Stand, detail: Record<string, unknown> = {}): ActDraft => ({
    kind,
    pullRequest,
    stand,
    detail,
  });
  const acts: ActDraft[] = [];
  for (const [old, stand] of pairs) {
    acts.push(act('changed', stand, { previous: old.resultId }));
    if (old.closed !== stand.closed) acts.push(act(stand.closed ? 'closed' : 'reopened', stand));
  }
  for (const stand of added) {
    acts.push(act('submitted', stand));
    if (stand.closed) acts.push(act('closed', stand));
  }
  for (const stand of removed) acts.push(act('deleted', stand));
  for (const [id, stand] of is) {
    const old = was.get(id);
    if (old && old.closed !== stand.closed) acts.push(act(stand.closed ? 'closed' : 'reopened', stand));
  }
  return acts;
}

interface Pairing {
  pairs: [old: Stand, now: Stand][];
  added: Stand[];
  removed: Stand[];
}

/** Sorts what differs into replaced, new and gone. What moved to `landing` is none of these. */
function pair(was: Stands, is: Stands, landing?: Stands): Pairing {
  let removed = [...was.values()].filter((stand) => !is.has(stand.resultId) && !landing?.has(stand.resultId));
  let added = [...is.values()].filter((stand) => !was.has(stand.resultId)).sort(inFileOrder);
  removed.sort(inFileOrder);
  const pairs: Pairing['pairs'] = [];
  for (const likeness of likenesses) {
    const waiting = Map.groupBy(removed, likeness);
    const left: Stand[] = [];
    for (const stand of added) {
      const old = waiting.get(likeness(stand))?.shift();
      if (old) pairs.push([old, stand]);
      else left.push(stand);
    }
    added = left;
    removed = [...waiting.values()].flat().sort(inFileOrder);
  }
  return { pairs, added, removed };
}

/** What makes two entries the same claim rewritten, strictest first; the last one is a renamed file. */
const likenesses: ((stand: Stand) => string)[] = [
  (stand) => JSON.stringify([stand.filename, stand.datasetId, stand.taskId, stand.setupClass]),
  (stand) => JSON.stringify([stand.filename, stand.datasetId, stand.taskId]),
  (stand) => JSON.stringify([stand.datasetId, stand.taskId, stand.setupClass, stand.entry.value]),
];

function inFileOrder(a: Stand, b: Stand): number {
  if (a.filename !== b.filename) return a.filename < b.filename ? -1 : 1;
  return a.position - b.position;
}
