import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../main/resources/dashboard/backoff.js';
import { Poller } from '../../main/resources/dashboard/poller.js';

const settled = () => new Promise(setImmediate);

function polled(context, ask) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const seen = { asked: 0, answers: [], failures: [] };
  const poller = new Poller({
    ask: () => {
      seen.asked += 1;
      return ask(seen.asked);
    },
    everyMillis: () => 2000,
    onAnswer: (answer) => seen.answers.push(answer),
    onFailure: (failure, retryMillis) => seen.failures.push([failure.message, retryMillis]),
    backoff: new Backoff({ firstMillis: 1000, longestMillis: 4000, random: () => 1 }),
  });
  return { poller, seen, tick: (millis) => context.mock.timers.tick(millis) };
}

test('asks again after the pause', async (context) => {
  const { poller, seen, tick } = polled(context, async (turn) => turn);
  poller.start();
  await settled();
  tick(1999);
  await settled();
  assert.deepEqual(seen.answers, [1]);
  tick(1);
  await settled();
  assert.deepEqual(seen.answers, [1, 2]);
  poller.stop();
});

test('failures make the pauses grow', async (context) => {
  const { poller, seen, tick } = polled(context, async () => {
    throw new Error('away');
  });
  poller.start();
  await settled();
  tick(1000);
  await settled();
  tick(2000);
  await settled();
  assert.deepEqual(seen.failures, [['away', 1000], ['away', 2000], ['away', 4000]]);
  poller.stop();
});

test('never asks twice at once, but once more when asked meanwhile', async (context) => {
  let answer;
  const { poller, seen, tick } = polled(context, () => new Promise((resolve) => (answer = resolve)));
  poller.start();
  poller.now();
  poller.now();
  assert.equal(seen.asked, 1);
  answer('first');
  await settled();
  tick(0);
  assert.equal(seen.asked, 2);
  answer('second');
  await settled();
  tick(1999);
  assert.equal(seen.asked, 2);
  poller.stop();
});

test('who asks during a failing attempt does not cut the pause short', async (context) => {
  const { poller, seen, tick } = polled(context, async () => {
    throw new Error('away');
  });
  poller.start();
  poller.now();
  await settled();
  tick(999);
  assert.equal(seen.asked, 1);
  tick(1);
  assert.equal(seen.asked, 2);
  poller.stop();
});

test('a stopped poller neither asks nor tells', async (context) => {
  let answer;
  const { poller, seen, tick } = polled(context, () => new Promise((resolve) => (answer = resolve)));
  poller.start();
  poller.stop();
  answer('late');
  await settled();
  tick(60_000);
  poller.now();
  assert.equal(seen.asked, 1);
  assert.deepEqual(seen.answers, []);
});
