import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../main/resources/dashboard/backoff.js';
import { ServerClock } from '../../main/resources/dashboard/clock.js';
import { RateMeter, RollingWindow } from '../../main/resources/dashboard/rolling.js';

test('waits double up to the longest and begin anew after a success', () => {
  const backoff = new Backoff({ firstMillis: 1000, longestMillis: 8000, random: () => 1 });
  assert.deepEqual([1, 2, 3, 4, 5].map(() => backoff.next()), [1000, 2000, 4000, 8000, 8000]);
  assert.equal(backoff.attempts, 5);
  backoff.reset();
  assert.equal(backoff.next(), 1000);
});

test('half of each wait is left to chance', () => {
  assert.equal(new Backoff({ firstMillis: 1000, random: () => 0 }).next(), 500);
  assert.equal(new Backoff({ firstMillis: 1000, random: () => 0.5 }).next(), 750);
});

test('a thousand failures do not make the wait infinite', () => {
  const backoff = new Backoff({ firstMillis: 500, longestMillis: 15_000, random: () => 1 });
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    backoff.next();
  }
  assert.equal(backoff.next(), 15_000);
});

test('a window forgets by time and by number', () => {
  const byTime = new RollingWindow(1000);
  byTime.add(0, 1);
  byTime.add(600, 2);
  byTime.add(1200, 3);
  assert.deepEqual(byTime.points(1200).map(({ value }) => value), [2, 3]);
  assert.deepEqual(byTime.points(5000), []);

  const byNumber = new RollingWindow(1_000_000, 3);
  for (let at = 0; at < 10; at += 1) {
    byNumber.add(at, at);
  }
  assert.deepEqual(byNumber.points(10).map(({ value }) => value), [7, 8, 9]);
});

test('one late frame does not move the median', () => {
  const window = new RollingWindow(1000);
  [40, 41, 39, 900, 40].forEach((value, at) => window.add(at, value));
  assert.equal(window.median(5), 40);
  assert.equal(new RollingWindow(1000).median(0), undefined);
});

test('the rate of a steady source is exact and falls to nothing when it stops', () => {
  const meter = new RateMeter(2000);
  for (let at = 0; at <= 2000; at += 40) {
    meter.mark(at);
  }
  assert.ok(Math.abs(meter.perSecond(2010) - 25) < 0.01);
  const stalled = meter.perSecond(3200);
  assert.ok(stalled > 0 && stalled < 15, `${stalled} per second after a stall of 1.2 s`);
  assert.equal(meter.perSecond(5000), 0);
});

test('a single frame has no rate', () => {
  const meter = new RateMeter();
  meter.mark(10);
  assert.equal(meter.perSecond(20), 0);
});

test('the server’s clock is taken from the answer with the shortest way', () => {
  const clock = new ServerClock(() => 100_000);
  assert.equal(clock.nowMillis(), 100_000);
  assert.equal(clock.uncertaintyMillis(), Infinity);
  clock.observe(130, 100_000, 104_000);
  assert.equal(clock.nowMillis(), 128_000);
  clock.observe(130, 100_000, 100_020);
  assert.equal(clock.nowMillis(), 129_990);
  assert.equal(clock.uncertaintyMillis(), 10);
  clock.observe(140, 100_000, 109_000);
  assert.equal(clock.nowMillis(), 129_990);
});

test('an old answer does not count forever', () => {
  const clock = new ServerClock(() => 0);
  clock.observe(60, 0, 1);
  for (let answer = 0; answer < 8; answer += 1) {
    clock.observe(0.05, 0, 100);
  }
  assert.equal(clock.nowMillis(), 0);
});
