import { canonicalJson } from '@assay/spec';
import type { Tx } from '../db/sql.ts';
import type { BenchmarkRow } from '../index/facts.ts';
import { writeBenchmarkAct } from './benchmark-acts.ts';

interface Told {
  taskId: string;
  date: string;
  text: string;
  revision?: string;
}

/**
 * Writes an act for each erratum that leaderboard.yaml tells and the record does not, and for each that it tells no more.
 * Held against the record and not against the index, so that a rebuilt index repeats none. Under `lockRepo`.
 */
export async function recordErrata(
  tx: Tx,
  repo: { id: string; fullName: string },
  benchmark: BenchmarkRow | null,
  actor: { id: string | null; name: string | null },
): Promise<void> {
  const now = new Map((benchmark ? errataOf(benchmark) : []).map((told) => [canonicalJson(told), told]));
  const before = await loadTold(tx, repo.id);
  const fresh = [...now].filter(([key]) => !before.has(key));
  const gone = [...before].filter(([key]) => !now.has(key));
  if (fresh.length + gone.length === 0) return;
  const { private: isPrivate } = await tx.one<{ private: boolean }>(
    'SELECT private FROM record.repos WHERE id = $1',
    [repo.id],
  );
  for (const [kind, list] of [
    ['erratum', fresh],
    ['erratum-withdrawn', gone],
  ] as const) {
    for (const [, told] of list) {
      await writeBenchmarkAct(tx, {
        kind,
        repo: { id: repo.id, fullName: repo.fullName, private: isPrivate },
        actor,
        commit: benchmark?.commit_oid ?? null,
        detail: { ...told },
      });
    }
  }
}

function errataOf({ leaderboard }: BenchmarkRow): Told[] {
  return (leaderboard?.tasks ?? []).flatMap(({ id, errata }) =>
    (errata ?? []).map((erratum) => ({ taskId: id, ...erratum })),
  );
}

async function loadTold(tx: Tx, repoId: string): Promise<Map<string, Told>> {
  const rows = await tx.query<{ kind: string; detail: Told }>(
    `SELECT kind, detail FROM record.benchmark_acts WHERE repo_id = $1 AND kind IN ('erratum', 'erratum-withdrawn')
     ORDER BY seq`,
    [repoId],
  );
  const told = new Map<string, Told>();
  for (const { kind, detail } of rows) {
    if (kind === 'erratum') told.set(canonicalJson(detail), detail);
    else told.delete(canonicalJson(detail));
  }
  return told;
}
