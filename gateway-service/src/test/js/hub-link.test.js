import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Backoff } from '../../main/resources/dashboard/backoff.js';
import { HubLink, hubUrl } from '../../main/resources/dashboard/hub-link.js';

class ScriptedSocket {
  static made = [];
  readyState = 0;
  bufferedAmount = 0;
  sent = [];

  constructor(url) {
    this.url = url;
    ScriptedSocket.made.push(this);
  }

  accept() {
    this.readyState = 1;
    this.onopen?.();
  }

  end(code, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  send(text) {
    this.sent.push(text);
  }

  close(code) {
    this.closedWith = code;
  }
}

function opened() {
  ScriptedSocket.made = [];
  const seen = { texts: [], statuses: [] };
  const link = new HubLink({
    url: 'ws://here/viewer',
    onText: (text) => seen.texts.push(text),
    onChange: () => seen.statuses.push(link.status),
    backoff: new Backoff({ firstMillis: 1000, longestMillis: 4000, random: () => 1 }),
    WebSocket: ScriptedSocket,
  });
  link.open();
  return { link, seen, last: () => ScriptedSocket.made.at(-1) };
}

test('an address names the broadcast, safely, with the protocol of the page', () => {
  assert.equal(hubUrl('viewer', 'a b&c', 'http://here:8080/x/'), 'ws://here:8080/x/viewer?stream=a+b%26c');
  assert.equal(hubUrl('chat', 'door', 'https://here/'), 'wss://here/chat?stream=door');
});

test('nothing is sent while it is closing', () => {
  const { link, last } = opened();
  last().accept();
  last().readyState = 2;
  assert.equal(link.send('too late'), false);
  assert.deepEqual(last().sent, []);
});

test('text is handed over and sent, and what waits is told', () => {
  const { link, seen, last } = opened();
  assert.equal(link.send('too early'), false);
  last().accept();
  last().onmessage({ data: 'stream has ended' });
  last().onmessage({ data: new ArrayBuffer(3) });
  assert.deepEqual(seen.texts, ['stream has ended']);
  assert.equal(link.send('hello'), true);
  last().bufferedAmount = 12;
  assert.deepEqual([last().sent, link.waitingBytes], [['hello'], 12]);
  link.close();
  assert.equal(last().closedWith, 1000);
  assert.equal(link.send('too late'), false);
});

for (const code of [1000, 1009, 4400, 4409]) {
  test(`after ${code} no attempt is made, until somebody wants one`, () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { link, seen, last } = opened();
      last().accept();
      last().end(code, 'the name is taken');
      mock.timers.tick(60_000);
      assert.equal(ScriptedSocket.made.length, 1);
      assert.deepEqual([link.status, link.code, link.reason], ['ended', code, 'the name is taken']);
      assert.deepEqual(seen.statuses, ['connecting', 'open', 'ended']);
      link.open();
      assert.equal(ScriptedSocket.made.length, 2);
    } finally {
      mock.timers.reset();
    }
  });
}

test('after anything else it comes back, with growing pauses', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const { link, last } = opened();
    last().accept();
    last().end(1006);
    assert.equal(link.status, 'waiting');
    mock.timers.tick(1000);
    assert.equal(ScriptedSocket.made.length, 2);
    // opened and refused at once: not a good connection
    last().accept();
    last().end(1013, 'no room');
    mock.timers.tick(1999);
    assert.equal(ScriptedSocket.made.length, 2);
    mock.timers.tick(1);
    assert.equal(ScriptedSocket.made.length, 3);
    link.close();
  } finally {
    mock.timers.reset();
  }
});

test('closed while it waits, or in the middle of a handshake, it stays closed', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const waiting = opened();
    waiting.last().end(1006);
    waiting.link.close();
    mock.timers.tick(60_000);
    assert.equal(ScriptedSocket.made.length, 1);

    const { link, seen, last } = opened();
    link.close();
    assert.equal(last().closedWith, undefined);
    last().accept();
    assert.equal(last().closedWith, 1000);
    assert.deepEqual([link.status, seen.statuses], ['closed', ['connecting']]);
  } finally {
    mock.timers.reset();
  }
});
