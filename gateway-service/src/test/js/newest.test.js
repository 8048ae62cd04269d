import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewestWins } from '../../main/resources/dashboard/newest.js';

/** Work that goes on until it is told to end. */
function heldWork() {
  const started = [];
  const endings = [];
  return {
    started,
    work: (item) => {
      started.push(item);
      return new Promise((resolve, reject) => endings.push({ resolve, reject }));
    },
    end: async (how = 'resolve') => {
      endings.shift()[how]();
      await new Promise(setImmediate);
    },
  };
}

test('while one item is worked on only the newest waits', async () => {
  const held = heldWork();
  const slot = new NewestWins(held.work);
  for (const item of [1, 2, 3, 4]) {
    slot.offer(item);
  }
  assert.deepEqual(held.started, [1]);
  await held.end();
  assert.deepEqual(held.started, [1, 4]);
  assert.equal(slot.replaced, 2);
});

test('an item that comes while nothing is going on starts at once', async () => {
  const held = heldWork();
  const slot = new NewestWins(held.work);
  slot.offer('a');
  await held.end();
  slot.offer('b');
  assert.deepEqual(held.started, ['a', 'b']);
  assert.equal(slot.replaced, 0);
});

test('a picture that can’t be decoded does not stop the next one', async () => {
  const held = heldWork();
  const slot = new NewestWins(held.work);
  slot.offer('broken');
  slot.offer('good');
  await held.end('reject');
  assert.deepEqual(held.started, ['broken', 'good']);
});

test('clearing forgets what waits', async () => {
  const held = heldWork();
  const slot = new NewestWins(held.work);
  slot.offer(1);
  slot.offer(2);
  slot.clear();
  await held.end();
  assert.deepEqual(held.started, [1]);
  assert.equal(slot.replaced, 0);
});
