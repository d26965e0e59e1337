import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { addEvalFlags, type EvalFlags, readEvalFlags } from './eval-options.ts';

function read(argv: string[], env: Record<string, string> = {}, isTerminal = false): EvalFlags {
  const command = addEvalFlags(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(argv, { from: 'user' });
  return readEvalFlags(command, env, isTerminal);
}

test('nothing given: the defaults', () => {
  assert.deepEqual(read([]), { logDir: './logs', logDirGiven: false, logFormat: 'eval', display: 'plain' });
  assert.equal(read([], {}, true).display, 'live');
});

test('a flag wins over its variable', () => {
  const env = { INSPECT_EVAL_EPOCHS: '4', INSPECT_LOG_DIR: '/logs', INSPECT_EVAL_TEMPERATURE: '0.5' };
  const flags = read(['--epochs', '2', '--temperature', '0'], env);
  assert.equal(flags.epochs, 2);
  assert.equal(flags.temperature, 0);
  assert.equal(flags.logDir, '/logs');
});

test('limits count as Inspect counts them', () => {
  assert.deepEqual(read(['--limit', '20']).limit, { start: 0, end: 20 });
  assert.deepEqual(read(['--limit', '11-20']).limit, { start: 10, end: 20 });
  assert.throws(() => read(['--limit', '20-11']));
  assert.throws(() => read(['--limit', 'few']));
});

test('fail-on-error is a share, a count, true or false', () => {
  assert.equal(read([]).failOnError, undefined);
  assert.equal(read(['--fail-on-error']).failOnError, true);
  assert.equal(read(['--fail-on-error', '0.1']).failOnError, 0.1);
  assert.equal(read(['--no-fail-on-error']).failOnError, false);
  assert.equal(read([], { INSPECT_EVAL_NO_FAIL_ON_ERROR: 'true' }).failOnError, false);
  assert.equal(read([], { INSPECT_EVAL_FAIL_ON_ERROR: '0.2' }).failOnError, 0.2);
});

test('pairs gather and read JSON', () => {
  const flags = read(['-T', 'revision=main', '-T', 'n=3', '-T', 'name=x=y', '-T', 'on=true']);
  assert.deepEqual(flags.taskArgs, { revision: 'main', n: 3, name: 'x=y', on: true });
});

test('flags without a value', () => {
  assert.equal(read(['--continue-on-fail']).continueOnFail, true);
  assert.equal(read([], { INSPECT_EVAL_CONTINUE_ON_FAIL: '1' }).continueOnFail, true);
  assert.equal(read([], { INSPECT_EVAL_CONTINUE_ON_FAIL: 'false' }).continueOnFail, undefined);
  assert.equal(read(['--retry-on-error']).retryOnError, 1);
  assert.equal(read(['--json'], {}, true).display, 'none');
});

test('bounds of the number of requests, parts of a run, token biases', () => {
  const adaptive = (text: string) => read(['--adaptive-connections', text]).adaptiveConnections;
  assert.deepEqual(adaptive('200'), { min: 10, start: 20, max: 200 });
  assert.deepEqual(adaptive('5'), { min: 5, start: 5, max: 5 });
  assert.deepEqual(adaptive('4-80'), { min: 4, start: 20, max: 80 });
  assert.deepEqual(adaptive('50-100-5000'), { min: 50, start: 100, max: 5000 });
  assert.equal(adaptive('false'), false);
  assert.throws(() => adaptive('9-3'));
  assert.deepEqual(read(['--shard', '2/4']).shard, { index: 2, count: 4 });
  assert.throws(() => read(['--shard', '5/4']));
  assert.deepEqual(read(['--logit-bias', '42=10,43=-10']).logitBias, { 42: 10, 43: -10 });
  assert.equal(read([]).score, undefined);
  assert.equal(read(['--no-score']).score, false);
  assert.equal(read(['--no-epochs-reducer']).epochsReducer, false);
});

test('flags that only Inspect has are refused by name', () => {
  assert.throws(() => read(['--solver', 'x']), { code: 'usage' });
  assert.throws(() => read(['--sandbox', 'docker']), { code: 'usage' });
});

test('a variable that makes no sense is refused', () => {
  assert.throws(() => read([], { INSPECT_EVAL_EPOCHS: 'many' }), { code: 'usage' });
});
