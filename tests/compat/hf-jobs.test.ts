import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { listJobs, runJob, streamJobLogs } from '@huggingface/hub';
import { startProgram } from '../support/assay.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { readyBubblewrap } from '../support/sandbox.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT_LINES, readyPython } from './python-clients.ts';
import { clientEnvironment } from './python-script.ts';

const UV_IMAGE = 'ghcr.io/astral-sh/uv:python3.12-bookworm';
const missing = await readyBubblewrap();

/** A hub with a worker in it whose table of images has the machine's Python, and uv. */
async function startJobHub(t: Pick<TestContext, 'after'>, python: string | null): Promise<TestHub> {
  const folder = await createTemporaryFolder(t);
  await chmod(folder, 0o755);
  const images: Record<string, object> = { 'python:3.12': {} };
  if (python !== null) {
    // A copy where the user of a job may pass.
    const tools = join(folder, 'uv');
    await mkdir(tools, { mode: 0o755 });
    await copyFile(join(dirname(python), '..', '..', 'uv', 'bin', 'uv'), join(tools, 'uv'));
    await chmod(join(tools, 'uv'), 0o755);
    images[UV_IMAGE] = { paths: [tools], path: [tools] };
  }
  await writeFile(join(folder, 'images.json'), JSON.stringify(images));
  return startTestHub(t, {
    ASSAY_JOBS_SANDBOX: 'bubblewrap',
    ASSAY_JOBS_IMAGES: join(folder, 'images.json'),
  });
}

for (const line of Object.keys(CLIENT_LINES) as (keyof typeof CLIENT_LINES)[]) {
  // compat: accept.jobs, jobs.run, jobs.list, jobs.logs, jobs.cancel, jobs.hardware, jobs.uv
  test(`hf jobs of huggingface_hub, ${line}`, { skip: missing ?? false }, async (t) => {
    const python = await readyPython(line).catch((error: Error) => error.message);
    if (!python.startsWith('/')) return t.skip(python);
    const hub = await startJobHub(t, python);
    const folder = await createTemporaryFolder(t);
    const env = clientEnvironment({ python, hub, home: folder, xet: true });
    const run = (args: string[]) =>
      startProgram(join(dirname(python), 'hf'), args, { cwd: folder, env }).finished;
    const hf = async (args: string[]) => {
      const done = await run(args);
      assert.equal(done.code, 0, `hf ${args.join(' ')}\n${done.stdout}${done.stderr}`);
      return done.stdout;
    };

    assert.match(await hf(['jobs', 'run', 'python:3.12', 'echo', 'hi']), /^hi$/m);
    const failed = await run(['jobs', 'run', 'python:3.12', 'sh', '-c', 'echo so far; exit 3']);
    assert.notEqual(failed.code, 0);
    assert.match(failed.stdout, /so far/);
    const program = [
      'import os, urllib.request as r',
      'print(os.environ["NAME"], len(os.environ["TOKEN"]), os.environ["TOKEN"])',
      'print(r.urlopen(os.environ["HF_ENDPOINT"] + "/healthz").status)',
    ];
    const asked = await hf([
      ...[
        'jobs',
        'run',
        '--secrets',
        'TOKEN=sk-marked-secret',
        '-e',
        'NAME=value',
        '-l',
        'team=a',
        'python:3.12',
      ],
      ...['python3', '-c', program.join('\n')],
    ]);
    assert.match(asked, /^value 16 \[secret\]\n200$/m);
    if (line === 'newest') await lookAfter(hf);

    await writeFile(
      join(folder, 'script.py'),
      'import os, sys\nprint("script with", sys.argv[1:], os.environ["JOB_ID"] != "")\n',
    );
    const said = await hf(['jobs', 'uv', 'run', 'script.py', 'one', 'two']);
    assert.match(said, /script with \['one', 'two'\] True/);
  });
}

/** Hardware, lists, cancelling: what does not depend on how a job's output is read. */
async function lookAfter(hf: (args: string[]) => Promise<string>): Promise<void> {
  assert.match(await hf(['jobs', 'hardware']), /cpu-basic/);

  const [begun = ''] =
    /[0-9a-f]{24}/.exec(await hf(['jobs', 'run', '-d', 'python:3.12', 'sleep', '600'])) ?? [];
  assert.match(await hf(['jobs', 'ps']), new RegExp(begun.slice(0, 10)));
  await hf(['jobs', 'cancel', begun]);
  const stageOf = async () =>
    /"stage": ?"(\w+)"/.exec(await hf(['jobs', 'inspect', begun, '--format', 'json']))?.[1];
  let stage = await stageOf();
  while (stage === 'RUNNING') stage = await stageOf();
  assert.equal(stage, 'CANCELED');
}

// compat: jobs.run, jobs.list, jobs.logs
test('jobs of npm @huggingface/hub', { skip: missing ?? false }, async (t) => {
  const hub = await startJobHub(t, null);
  const access = { hubUrl: hub.url, accessToken: hub.token, namespace: 'admin' };
  const job = await runJob({
    ...access,
    dockerImage: 'python:3.12',
    command: ['sh', '-c', 'for i in 1 2 3; do echo line $i; done'],
    flavor: 'cpu-basic',
  });
  const lines: string[] = [];
  for await (const { message } of streamJobLogs({ ...access, jobId: job.id })) lines.push(message);
  assert.deepEqual(
    lines.filter((text) => !text.startsWith('=====')),
    ['line 1', 'line 2', 'line 3'],
  );
  const jobs = await listJobs(access);
  assert.deepEqual(
    jobs.map(({ id, status }) => [id, status.stage]),
    [[job.id, 'COMPLETED']],
  );
});
