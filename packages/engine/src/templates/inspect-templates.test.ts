import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createZipAppender } from '../log/zip-appender.ts';
import { assayTemplates } from '../semantics/prompts.ts';
import { findInspectPackage, readInspectTemplates } from './inspect-templates.ts';

/** Sources of the known form, with texts of our own. */
const sources: Record<string, string> = {
  'solver/_prompt.py': 'X = 1\nDEFAULT_COT_TEMPLATE = r"""\n{prompt} \\n\n"""\n',
  'solver/_critique.py':
    'DEFAULT_CRITIQUE_TEMPLATE = r"""c {question}: """\nDEFAULT_CRITIQUE_COMPLETION_TEMPLATE = r"""d"""\n',
  'solver/_multiple_choice.py': [
    'SINGLE_ANSWER_TEMPLATE = r"""\ns\n""".strip()',
    'SINGLE_ANSWER_TEMPLATE_COT = r"""sc"""',
    'MULTIPLE_ANSWER_TEMPLATE = r"""m"""',
    'MULTIPLE_ANSWER_TEMPLATE_COT = r"""mc"""',
  ].join('\n'),
  'scorer/_model.py': `DEFAULT_MODEL_GRADED_QA_TEMPLATE = """
qa \\"x\\"
"""
DEFAULT_MODEL_GRADED_FACT_TEMPLATE = """fact"""

def default_instructions(partial_credit: bool) -> str:
    letter = "P" if partial_credit else ""
    offer = '"P" too,' if partial_credit else ""
    return f"""one of C{letter}I, {offer} please"""
`,
};

let prefix = '';
let folder = '';

before(async () => {
  prefix = await mkdtemp(join(tmpdir(), 'assay-templates-'));
  folder = join(prefix, 'lib/python3.12/site-packages/inspect_ai');
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await mkdir(join(dirname(folder), 'inspect_ai-9.8.7.dist-info'));
});
after(() => rm(prefix, { recursive: true, force: true }));

test('texts are read out of an installed package', async () => {
  assert.equal(await findInspectPackage(['/nowhere', prefix]), folder);
  const { name, version, digest, texts } = await readInspectTemplates(folder);
  assert.deepEqual([name, version], ['inspect', '9.8.7']);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.equal(texts.chainOfThought, '\n{prompt} \\n\n', 'a raw text keeps its backslashes');
  assert.equal(texts.singleAnswer, 's', 'stripped where the source strips');
  assert.equal(texts.gradedQa, '\nqa "x"\n');
  assert.equal(texts.gradeInstructions, 'one of CI,  please');
  assert.equal(texts.gradeInstructionsPartial, 'one of CPI, "P" too, please');
});

test('texts are read out of a wheel, which is a zip with its version in its name', async () => {
  const wheel = join(prefix, 'inspect_ai-9.8.7-py3-none-any.whl');
  const zip = await createZipAppender(wheel);
  for (const [path, text] of Object.entries(sources))
    await zip.append(`inspect_ai/${path}`, Buffer.from(text));
  await zip.finish();
  assert.deepEqual(await readInspectTemplates(wheel), await readInspectTemplates(folder));
  await writeFile(join(prefix, 'inspect_ai-1-py3-none-any.whl'), 'no zip');
  await assert.rejects(readInspectTemplates(join(prefix, 'inspect_ai-1-py3-none-any.whl')), {
    code: 'templates-unreadable',
  });
});

test('a package of another form is refused', async () => {
  assert.equal(await findInspectPackage(['/nowhere']), undefined);
  await assert.rejects(readInspectTemplates('/nowhere'), { code: 'templates-unreadable' });
  const broken = join(folder, 'solver/_prompt.py');
  await writeFile(broken, 'DEFAULT_COT_TEMPLATE = load("x")\n');
  await assert.rejects(readInspectTemplates(folder), { code: 'templates-unreadable' });
});

test('our own texts are a set of their own, with every variable in place', () => {
  const { name, texts } = assayTemplates;
  assert.equal(name, 'assay');
  for (const text of [texts.singleAnswer, texts.multipleAnswerReasoned]) {
    for (const variable of ['{question}', '{choices}', '{letters}']) assert.ok(text.includes(variable));
  }
  for (const text of [texts.gradedQa, texts.gradedFact]) {
    for (const variable of ['{question}', '{answer}', '{criterion}', '{instructions}'])
      assert.ok(text.includes(variable));
  }
});
