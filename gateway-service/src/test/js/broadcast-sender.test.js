import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BroadcastSender } from '../../main/resources/dashboard/broadcast-sender.js';
import { base64Of, bytesOf } from '../../main/resources/dashboard/frame-text.js';

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0, 67, 1, 2, 3);
const BOX = { x1: 1.5, y1: 2, x2: 30, y2: 40 };

function sender({ perSecond = 10, grab = async () => JPEG } = {}) {
  const clock = { millis: 0 };
  const link = {
    status: 'open',
    waitingBytes: 0,
    messages: [],
    send(text) {
      if (this.status === 'open') {
        this.messages.push(JSON.parse(text));
      }
      return this.status === 'open';
    },
  };
  return { clock, link, sender: new BroadcastSender({ link, grab, perSecond, now: () => clock.millis }) };
}

test('a picture goes out in base64, without a rectangle', async () => {
  const { link, sender: it } = sender();
  await it.turn();
  assert.equal(it.sent, 1);
  const [{ frame, ...wish }] = link.messages;
  assert.deepEqual(wish, { hasrectangle: false });
  assert.deepEqual(bytesOf(frame).slice(-7), JPEG.slice(2));
});

test('while bytes wait in the browser pictures are left out', async () => {
  const { link, sender: it } = sender();
  link.waitingBytes = 50_000;
  await it.turn();
  await it.turn();
  link.waitingBytes = 0;
  await it.turn();
  assert.deepEqual([it.sent, it.dropped], [1, 2]);
});

test('one picture is taken at a time', async () => {
  let ready;
  const { link, sender: it } = sender({ grab: () => new Promise((done) => (ready = () => done(JPEG))) });
  const first = it.turn();
  await it.turn();
  ready();
  await first;
  assert.equal(link.messages.length, 1);
  assert.deepEqual([it.sent, it.dropped], [1, 1]);
});

test('nothing is taken, sent or left out while there is no connection, nor where there is no picture', async () => {
  let grabs = 0;
  const { link, sender: it } = sender({ grab: async () => void (grabs += 1) });
  link.status = 'waiting';
  await it.turn();
  assert.equal(grabs, 0);
  link.status = 'open';
  await it.turn();
  assert.equal(grabs, 1);
  assert.deepEqual([it.sent, it.dropped], [0, 0]);
});

test('a picture that comes back tells how long it took, once, and those before it are not waited for', async () => {
  const { clock, link, sender: it } = sender();
  await it.turn();
  clock.millis = 100;
  await it.turn();
  clock.millis = 130;
  const [first, second] = link.messages;
  assert.deepEqual(it.back(second.frame), { millis: 30, tracked: false });
  assert.equal(it.back(second.frame), undefined);
  assert.equal(it.back(first.frame), undefined);
});

test('pictures that look the same are told apart, and those of other broadcasters are none of ours', async () => {
  const { clock, link, sender: it } = sender();
  const other = sender();
  await it.turn();
  await other.sender.turn();
  clock.millis = 80;
  await it.turn();
  clock.millis = 90;
  assert.equal(it.back(other.link.messages[0].frame), undefined);
  assert.equal(it.back(base64Of(JPEG)), undefined);
  assert.deepEqual(it.back(link.messages[1].frame), { millis: 10, tracked: false });
});

test('it waits for no answer, but where answers come only so many pictures are on their way', async () => {
  const { clock, link, sender: it } = sender({ perSecond: 10 });
  for (let turn = 0; turn < 20; turn += 1) {
    await it.turn();
  }
  assert.deepEqual([it.sent, it.dropped], [20, 0]);

  it.back(link.messages[19].frame);
  for (let turn = 0; turn < 8; turn += 1) {
    await it.turn();
  }
  assert.deepEqual([it.sent, it.dropped], [25, 3]);

  clock.millis = 2000;
  await it.turn();
  assert.equal(it.sent, 26);
});

test('a rectangle goes with the picture in which it was drawn, and pictures after it without one', async () => {
  const { clock, link, sender: it } = sender();
  await it.turn();
  clock.millis = 900;
  assert.ok(it.mark(BOX, link.messages[0].frame));
  await it.turn();
  const [, withBox, after] = link.messages;
  assert.equal(withBox.hasrectangle, true);
  assert.deepEqual(withBox.rectangle, BOX);
  assert.notEqual(withBox.frame, link.messages[0].frame);
  assert.deepEqual(bytesOf(withBox.frame).slice(-7), JPEG.slice(2));
  assert.equal(after.hasrectangle, true);
  assert.equal(after.rectangle, undefined);
  clock.millis = 950;
  assert.deepEqual(it.back(withBox.frame), { millis: 50, tracked: true });

  it.tracked = false;
  await it.turn();
  assert.equal(link.messages[3].hasrectangle, false);
});

test('what could not be sent is not tracked', () => {
  const { link, sender: it } = sender();
  link.status = 'waiting';
  assert.equal(it.mark(BOX, base64Of(JPEG)), false);
  assert.equal(it.tracked, false);
});
