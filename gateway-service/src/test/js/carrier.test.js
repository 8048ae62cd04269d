import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../main/resources/dashboard/backoff.js';
import { PictureCarrier } from '../../main/resources/dashboard/carrier.js';

function carrier(context, options = {}) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const attempts = [];
  const seen = { changes: 0, now: 0 };
  const subject = new PictureCarrier({
    supported: true,
    backoff: new Backoff({ firstMillis: 1000, longestMillis: 4000, random: () => 1 }),
    open: (topic, events) => {
      const attempt = { topic, ...events, open: true, close: () => (attempt.open = false) };
      attempts.push(attempt);
      return attempt;
    },
    onChange: () => (seen.changes += 1),
    now: () => seen.now,
    ...options,
  });
  const pass = (millis) => {
    seen.now += millis;
    context.mock.timers.tick(millis);
  };
  return { subject, attempts, seen, pass, open: () => attempts.filter(({ open }) => open).length };
}

test('WebRTC comes first, and no socket while it is tried', (context) => {
  const { subject, attempts } = carrier(context);
  assert.equal(subject.carries, undefined);
  subject.want('annotated');
  assert.equal(attempts[0].topic, 'annotated');
  assert.equal(subject.carries, 'webrtc');
  assert.equal(subject.needsSocket, false);
  attempts[0].onPlaying();
  assert.equal(subject.state, 'playing');
  assert.equal(subject.needsSocket, false);
});

test('a failure falls back to the socket, which stays until WebRTC plays', (context) => {
  const { subject, attempts, pass, open } = carrier(context);
  subject.want('video');
  attempts[0].onFailed('no connection');
  assert.equal(subject.needsSocket, true);
  assert.equal(subject.carries, 'websocket');
  assert.equal(subject.reason, 'no connection');
  assert.equal(open(), 0);
  pass(999);
  assert.equal(attempts.length, 1);
  pass(1);
  assert.equal(attempts.length, 2);
  assert.equal(subject.needsSocket, true);
  attempts[1].onPlaying();
  assert.equal(subject.needsSocket, false);
  assert.equal(subject.reason, '');
});

test('pauses grow until WebRTC has played for a while', (context) => {
  const { subject, attempts, seen, pass } = carrier(context);
  const pause = () => subject.retryAt - seen.now;
  subject.want('video');
  attempts.at(-1).onFailed('');
  assert.equal(pause(), 1000);
  pass(1000);
  attempts.at(-1).onFailed('');
  assert.equal(pause(), 2000);
  pass(2000);
  attempts.at(-1).onPlaying();
  pass(5000);
  attempts.at(-1).onFailed('died');
  assert.equal(pause(), 4000);
  pass(4000);
  attempts.at(-1).onPlaying();
  pass(30_000);
  attempts.at(-1).onFailed('died');
  assert.equal(pause(), 1000);
});

test('who comes back before the next attempt is due gets the socket at once', (context) => {
  const { subject, attempts, pass } = carrier(context);
  subject.want('video');
  attempts[0].onFailed('');
  subject.want(undefined);
  assert.equal(subject.needsSocket, false);
  pass(400);
  assert.equal(attempts.length, 1);
  subject.want('annotated');
  assert.equal(attempts.length, 1);
  assert.equal(subject.needsSocket, true);
  pass(600);
  assert.equal(attempts.length, 2);
  assert.equal(attempts[1].topic, 'annotated');
});

test('another topic and the end of interest close what was open', (context) => {
  const { subject, attempts, open } = carrier(context);
  subject.want('annotated');
  subject.want('annotated');
  assert.equal(attempts.length, 1);
  subject.want('video');
  assert.equal(attempts.length, 2);
  assert.equal(open(), 1);
  subject.want(undefined);
  assert.equal(open(), 0);
  assert.equal(subject.state, 'off');
});

test('what an attempt says after its end does not count', (context) => {
  const { subject, attempts, seen } = carrier(context);
  subject.want('annotated');
  subject.want('video');
  attempts[0].onFailed('late');
  attempts[0].onPlaying();
  assert.equal(subject.state, 'trying');
  assert.equal(seen.changes, 0);
});

test('a pinned way is the only one', (context) => {
  const { subject, attempts, pass, open } = carrier(context);
  subject.want('video', 'websocket');
  assert.equal(attempts.length, 0);
  assert.equal(subject.needsSocket, true);
  subject.want('video', 'webrtc');
  attempts[0].onFailed('blocked');
  assert.equal(subject.needsSocket, false);
  assert.equal(subject.carries, 'webrtc');
  assert.equal(subject.state, 'waiting');
  pass(1000);
  assert.equal(open(), 1);
  subject.want('video', 'auto');
  assert.equal(subject.reason, '');
  assert.equal(open(), 1);
  assert.equal(subject.needsSocket, false);
});

test('a picture that stands still is a failure only while it plays', (context) => {
  const { subject, attempts } = carrier(context);
  subject.want('video');
  subject.stalled('it stood still');
  assert.equal(subject.state, 'trying');
  attempts[0].onPlaying();
  subject.stalled('it stood still');
  assert.equal(subject.carries, 'websocket');
  assert.equal(subject.reason, 'it stood still');
});

test('a browser without WebRTC always has the socket', (context) => {
  const { subject, attempts } = carrier(context, { supported: false });
  for (const pin of ['auto', 'webrtc', 'websocket']) {
    subject.want('video', pin);
    assert.equal(subject.needsSocket, true);
  }
  assert.equal(attempts.length, 0);
});
