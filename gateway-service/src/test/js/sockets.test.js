import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Backoff } from '../../main/resources/dashboard/backoff.js';
import { TopicSocket } from '../../main/resources/dashboard/sockets.js';

/** The browser's WebSocket as far as it is used, driven by the test. */
class ScriptedSocket {
  static made = [];
  readyState = 0;
  closedWith = undefined;

  constructor(url) {
    this.url = url;
    ScriptedSocket.made.push(this);
  }

  accept() {
    this.readyState = 1;
    this.onopen?.();
  }

  say(data) {
    this.onmessage?.({ data });
  }

  end(code, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  close(code) {
    this.readyState = 2;
    this.closedWith = code;
  }
}

function topic(options = {}) {
  ScriptedSocket.made = [];
  const seen = { items: [], changes: [] };
  const socket = new TopicSocket({
    url: 'ws://here/topic',
    backoff: new Backoff({ firstMillis: 1000, longestMillis: 4000, random: () => 1 }),
    onItem: (message, jpeg) => seen.items.push([message, jpeg]),
    onChange: (change) => seen.changes.push(change),
    WebSocket: ScriptedSocket,
    ...options,
  });
  return { socket, seen, last: () => ScriptedSocket.made.at(-1), attempts: () => ScriptedSocket.made.length };
}

test('a picture is handed over together with its header', () => {
  const { socket, seen, last } = topic({ pictures: true });
  socket.open();
  last().accept();
  last().say('{"sequence":7}');
  assert.deepEqual(seen.items, []);
  const jpeg = new ArrayBuffer(3);
  last().say(jpeg);
  assert.deepEqual(seen.items, [[{ sequence: 7 }, jpeg]]);
  socket.close();
});

test('a picture without a header is ignored', () => {
  const { socket, seen, last } = topic({ pictures: true });
  socket.open();
  last().accept();
  last().say(new ArrayBuffer(3));
  last().say('{"sequence":1}');
  last().say(new ArrayBuffer(3));
  last().say(new ArrayBuffer(3));
  assert.equal(seen.items.length, 1);
  socket.close();
});

test('text that is no JSON object is ignored', () => {
  const { socket, seen, last } = topic();
  socket.open();
  last().accept();
  for (const text of ['nonsense', 'null', '3']) {
    last().say(text);
  }
  assert.deepEqual(seen.items, []);
  socket.close();
});

test('what the server says about the topic is no item', () => {
  const { socket, seen, last } = topic();
  socket.open();
  last().accept();
  last().say('{"state":"lost","reason":"the camera is gone"}');
  assert.deepEqual(seen.items, []);
  last().say('{"type":"error","message":"nobody serves that"}');
  assert.deepEqual(seen.items, []);
  assert.deepEqual(seen.changes, [
    { state: 'lost', reason: 'the camera is gone' },
    { state: 'error', reason: 'nobody serves that' },
  ]);
  socket.close();
});

test('a lost connection is tried again with growing pauses until an item comes', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { socket, last, attempts } = topic();
  socket.open();
  last().end(1006);
  assert.equal(socket.status, 'waiting');
  context.mock.timers.tick(999);
  assert.equal(attempts(), 1);
  context.mock.timers.tick(1);
  assert.equal(attempts(), 2);
  last().end(1006);
  context.mock.timers.tick(1999);
  assert.equal(attempts(), 2);
  context.mock.timers.tick(1);
  assert.equal(attempts(), 3);
  last().accept();
  last().say('{"sequence":1}');
  last().end(1006);
  context.mock.timers.tick(1000);
  assert.equal(attempts(), 4);
  socket.close();
});

test('the reason of a close reaches the page', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { socket, seen, last } = topic();
  socket.open();
  last().accept();
  last().end(1011, 'no such file');
  assert.deepEqual(seen.changes, [{ state: 'closed', reason: 'no such file' }]);
  socket.close();
});

test('no attempt is made while the server is known to be away', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let online = false;
  const { socket, attempts } = topic({ mayConnect: () => online });
  socket.open();
  context.mock.timers.tick(60_000);
  assert.equal(attempts(), 0);
  online = true;
  context.mock.timers.tick(1000);
  assert.equal(attempts(), 1);
  socket.close();
});

test('closing ends the connection and every further attempt', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { socket, seen, last, attempts } = topic();
  socket.open();
  last().accept();
  socket.close();
  assert.equal(last().closedWith, 1000);
  last().end(1000);
  context.mock.timers.tick(60_000);
  assert.equal(attempts(), 1);
  assert.deepEqual(seen.changes, []);

  const waiting = topic();
  waiting.socket.open();
  waiting.last().end(1006);
  waiting.socket.close();
  context.mock.timers.tick(60_000);
  assert.equal(waiting.attempts(), 1);
});

test('a connection that is closed in the middle of its handshake does not stay open', () => {
  const { socket, last } = topic();
  socket.open();
  socket.close();
  assert.equal(last().closedWith, undefined);
  last().accept();
  assert.equal(last().closedWith, 1000);
});

test('a connection that went silent is made anew', () => {
  let now = 0;
  const clock = mock.method(performance, 'now', () => now);
  const { socket, last, attempts } = topic();
  socket.open();
  last().accept();
  now = 14_000;
  socket.reviveIfSilent();
  assert.equal(attempts(), 1);
  const silent = last();
  now = 16_000;
  socket.reviveIfSilent();
  assert.equal(attempts(), 2);
  assert.equal(silent.closedWith, 1000);
  socket.close();
  clock.mock.restore();
});
