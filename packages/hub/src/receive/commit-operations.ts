import type { WireCommitLine } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Operation } from '../git/commit-writer.ts';
import { heldSize } from '../lfs/objects.ts';
import { formatPointer } from '../lfs/pointer.ts';

/**
 * What a commit's lines do, in their order.
 * @throws HubError `invalid-input` for a line that makes no sense, or a large file this repo does not hold
 */
export async function* toOperations(
  ctx: HubContext,
  repoId: string,
  lines: AsyncIterable<WireCommitLine>,
): AsyncGenerator<Operation> {
  for await (const line of lines) {
    if (line.key === 'file' || line.key === 'lfsFile') {
      const { oldPath } = line.value;
      const path = textOf(line, 'path');
      if (typeof oldPath === 'string' && oldPath !== path) yield { kind: 'move', from: oldPath, to: path };
      yield {
        kind: 'write',
        path,
        content: line.key === 'file' ? contentOf(line) : await pointerOf(ctx, repoId, line),
      };
    } else if (line.key === 'deletedFile' || line.key === 'deletedFolder' || line.key === 'deletedEntry') {
      const what = ({ deletedFile: 'file', deletedFolder: 'folder', deletedEntry: 'either' } as const)[
        line.key
      ];
      yield { kind: 'delete', path: textOf(line, 'path').replace(/\/$/, ''), what };
    } else
      throw new HubError(
        'invalid-input',
        `a commit has no line of the kind "${String(line.key).slice(0, 40)}"`,
      );
  }
}

function textOf(line: WireCommitLine, key: string): string {
  const value = (line.value as Record<string, unknown>)[key];
  if (typeof value === 'string') return value;
  throw new HubError('invalid-input', `a line "${line.key}" lacks "${key}"`);
}

function contentOf(line: Extract<WireCommitLine, { key: 'file' }>): Uint8Array {
  const content = textOf(line, 'content');
  if (line.value.encoding === 'utf-8') return Buffer.from(content, 'utf8');
  if (!/^[A-Za-z0-9+/\r\n]*={0,2}\s*$/.test(content)) {
    throw new HubError('invalid-input', `"${line.value.path}": the content is not base64`);
  }
  return Buffer.from(content, 'base64');
}

async function pointerOf(
  ctx: HubContext,
  repoId: string,
  line: Extract<WireCommitLine, { key: 'lfsFile' }>,
): Promise<Uint8Array> {
  const oid = textOf(line, 'oid');
  const size = await heldSize(ctx.db, repoId, oid);
  if (size === null) {
    throw new HubError(
      'invalid-input',
      `"${line.value.path}": the large file ${oid} was never uploaded to this repo`,
    );
  }
  if (line.value.size !== undefined && line.value.size !== size) {
    throw new HubError(
      'invalid-input',
      `"${line.value.path}": the large file has ${size} bytes, not ${line.value.size}`,
    );
  }
  return Buffer.from(formatPointer({ oid, size }));
}
