import { baseModelsOf, cardTags, parseCard, parseModelIndex, type RepoType } from '@assay/spec';
import type { GitReader } from '../git/reader.ts';
import type { CardRow } from './facts.ts';
import { textAt } from './read-benchmark.ts';
import { toStorable } from './storable.ts';

/** `benchmark:official` is what an administrator decides; a card that claims it is not believed. */
const reserved = /^benchmark:/;

/** What the README at a commit of main says about its repo. */
export async function readCardRow(
  git: GitReader,
  repo: { id: string; type: RepoType },
  commit: string,
): Promise<CardRow> {
  const readme = await textAt(git, commit, 'README.md');
  const card = parseCard(readme ?? '');
  const { committer } = await git.commit(commit);
  return toStorable({
    repo_id: repo.id,
    commit_oid: commit,
    last_modified: committer.date.toISOString(),
    card: card.data,
    tags: cardTags(repo.type, card).filter((tag) => !reserved.test(tag)),
    base_models: repo.type === 'model' ? baseModelsOf(card.data).models : [],
    legacy_datasets: repo.type === 'model' ? legacyDatasetsOf(card.data) : [],
    parameters: repo.type === 'model' ? await readParameters(git, commit) : null,
  });
}

function legacyDatasetsOf(card: Record<string, unknown> | null): string[] {
  return [...new Set(parseModelIndex(card).map(({ dataset }) => dataset.toLowerCase()))].sort();
}

/** Parameter count as the safetensors index states it (`metadata.total_parameters`); null when it does not. */
async function readParameters(git: GitReader, commit: string): Promise<number | null> {
  const text = await textAt(git, commit, 'model.safetensors.index.json');
  if (text === null) return null;
  try {
    const count: unknown = JSON.parse(text)?.metadata?.total_parameters;
    return Number.isSafeInteger(count) && (count as number) > 0 ? (count as number) : null;
  } catch {
    return null;
  }
}
