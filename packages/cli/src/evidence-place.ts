import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { ClientError, createCommit, type HubConnection, readPathsInfo, uploadEvidence } from '@assay/client';
import { CliError } from './cli-error.ts';

export interface EvidencePlace {
  /** Address that the log's page will have, as far as can be said before it is uploaded. */
  url: string;
  /** Uploads the log, once for the same bytes; gives the address of its page. */
  upload(): Promise<string>;
}

const HUGGING_FACE = /^https:\/\/(huggingface\.co|hf\.co)$/;

/**
 * Where a log goes: into the hub's own store (Assay), or into a dataset repo named by `--evidence`, which is the only
 * way on huggingface.co.
 * @throws CliError `evidence-needed`
 */
export async function chooseEvidencePlace(
  connection: HubConnection,
  log: string,
  about: { model: string; dataset: string },
  evidenceRepo: string | undefined,
): Promise<EvidencePlace> {
  const digest = await digestOf(log);
  if (evidenceRepo !== undefined) return toRepoPlace(connection, log, digest, evidenceRepo);
  if (HUGGING_FACE.test(connection.endpoint)) throw evidenceNeeded(connection.endpoint);
  return {
    url: `${connection.endpoint}/evidence/${digest}`,
    upload: async () => {
      try {
        return (await uploadEvidence(connection, await openAsBlob(log), about)).url;
      } catch (error) {
        // A hub without such a store answers that there is no such route; a missing repo has a code of its own.
        if (error instanceof ClientError && error.code === 'not-found')
          throw evidenceNeeded(connection.endpoint);
        throw error;
      }
    },
  };
}

function toRepoPlace(connection: HubConnection, log: string, digest: string, repo: string): EvidencePlace {
  // The digest in the name makes the address as unchangeable as the log: another log gets another address.
  const path = `logs/${digest.slice(0, 16)}-${basename(log)}`;
  const url = `${connection.endpoint}/datasets/${repo}/blob/main/${encodeURI(path)}`;
  return {
    url,
    upload: async () => {
      const dataset = { type: 'dataset', name: repo } as const;
      if ((await readPathsInfo(connection, dataset, [path])).length > 0) return url;
      const changes = [{ kind: 'put', path, content: await openAsBlob(log) } as const];
      await createCommit(connection, dataset, { summary: `Add ${basename(log)}`, changes });
      return url;
    },
  };
}

function evidenceNeeded(endpoint: string): CliError {
  return new CliError(
    'evidence-needed',
    `${endpoint} has no store for logs, so the result could not lead to its run`,
    {
      hint: 'name a dataset repo of yours for it: --evidence ORG/NAME',
    },
  );
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
