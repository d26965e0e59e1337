import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTurns } from './turns.ts';

/** Asks for so many turns; answers which of them have come, in their order. */
function askFor(count: number, turn: () => Promise<void>): number[] {
  const come: number[] = [];
  for (let at = 0; at < count; at++) void turn().then(() => come.push(at));
  return come;
}

describe('work that can wait', () => {
  it('is put off until somebody waits for it, and then done together and in order', async () => {
    let pressing = false;
    const turns = createTurns(() => pressing);
    const come = askFor(3, () => turns.turn());
    await nextTurn();
    assert.deepEqual(come, []);
    pressing = true;
    await turns.turn();
    assert.deepEqual(come, [0, 1, 2]);
  });

  it('is done though nobody waits, after a while', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const turns = createTurns(() => false);
      const come = askFor(2, () => turns.turn());
      mock.timers.tick(1000);
      await nextTurn();
      assert.deepEqual(come, [0, 1]);
    } finally {
      mock.timers.reset();
    }
  });

  it('waits while more of it keeps coming, though not for ever', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const turns = createTurns(() => false);
      const come = askFor(1, () => turns.turn());
      mock.timers.tick(1000);
      let last = turns.turn();
      let rounds = 0;
      for (; come.length === 0 && rounds < 10_000_000; rounds++) {
        last = turns.turn();
        await nextTurn();
      }
      assert.ok(come.length > 0, 'it was put off for ever');
      assert.ok(rounds > 1, 'it was not put off');
      await last;
    } finally {
      mock.timers.reset();
    }
  });

  it('leaves the sockets a look between many', async () => {
    const turns = createTurns(() => true);
    const come = askFor(100, () => turns.turn());
    await nextTurn();
    assert.ok(come.length > 0 && come.length < 100);
    await turns.turn();
    assert.equal(come.length, 100);
  });
});
