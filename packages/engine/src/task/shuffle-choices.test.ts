import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shuffleChoices } from './shuffle-choices.ts';

const choices = ['one', 'two', 'three', 'four'];

describe('shuffled choices', () => {
  it('keep their target, whatever its place', () => {
    for (let id = 1; id <= 50; id++) {
      const { choices: shuffled, target } = shuffleChoices({ id, input: 'q', choices, target: 'C' }, 7);
      assert.deepEqual(shuffled!.toSorted(), choices.toSorted());
      assert.equal(shuffled![String(target).charCodeAt(0) - 65], 'three');
    }
  });

  it('come in the same order for the same seed, and in others for other seeds and samples', () => {
    const order = (id: number, seed: number): string =>
      shuffleChoices({ id, input: 'q', choices, target: 'A' }, seed).choices!.join();
    const ids = Array.from({ length: 40 }, (_none, at) => at);
    assert.deepEqual(
      ids.map((id) => order(id, 1)),
      ids.map((id) => order(id, 1)),
    );
    assert.ok(new Set(ids.map((id) => order(id, 1))).size > 10);
    assert.notDeepEqual(
      ids.map((id) => order(id, 1)),
      ids.map((id) => order(id, 2)),
    );
    // Fixed for good: logs rely on it.
    assert.equal(order(1, 1), 'two,four,one,three');
  });

  it('need a target that names one of them', () => {
    assert.throws(() => shuffleChoices({ id: 1, input: 'q', choices, target: 'E' }, 1), {
      code: 'field-missing',
    });
    assert.throws(() => shuffleChoices({ id: 1, input: 'q', choices, target: 'AB' }, 1), {
      code: 'field-missing',
    });
    const none = { id: 1, input: 'q', target: 'x' };
    assert.equal(shuffleChoices(none, 1), none);
  });
});
