import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpUrl, socketUrl } from '../../main/resources/dashboard/api.js';
import { boxesFor, tone } from '../../main/resources/dashboard/boxes.js';
import { snippetsFor } from '../../main/resources/dashboard/snippets.js';
import { topicRow } from '../../main/resources/dashboard/topic-row.js';
import { age, counted, delay, millis, notice, suggestedId } from '../../main/resources/dashboard/words.js';

const live = {
  stream: { id: 'cam1', state: 'live', reason: '', video: { width: 640, height: 480 } },
  online: true,
  paused: false,
  retrying: false,
  note: '',
  frameAgeMillis: 40,
  askedMillis: 10_000,
  retryMillis: 0,
  sinceSeconds: 10,
};
const state = (word, reason = '') => ({ ...live, stream: { ...live.stream, state: word, reason } });

test('nothing is said while all is well', () => {
  assert.equal(notice(live), undefined);
});

test('nothing is said of a tile that nobody looks at', () => {
  assert.equal(notice({ ...live, askedMillis: 0, frameAgeMillis: 60_000 }), undefined);
});

test('a failure is told with its reason and a way to try again', () => {
  const said = notice(state('failed', 'The file clip.mp4 does not exist.'));
  assert.equal(said.level, 'bad');
  assert.equal(said.detail, 'The file clip.mp4 does not exist.');
  assert.ok(said.action);
  assert.equal(notice({ ...state('failed', 'x'), retrying: true }).level, 'busy');
});

test('a lost source is told with its reason and since when', () => {
  const said = notice({ ...state('reconnecting', 'The host did not answer.'), sinceSeconds: 42 });
  assert.match(said.title, /42 s ago/);
  assert.equal(said.detail, 'The host did not answer.');
});

test('a live stream without frames is called so after three seconds', () => {
  assert.equal(notice({ ...live, frameAgeMillis: 2900 }), undefined);
  assert.match(notice({ ...live, frameAgeMillis: 7000 }).title, /No picture for 7\.0 s/);
});

test('silence is put down to the source or to the way here', () => {
  const silent = (seconds) => notice({ ...live, frameAgeMillis: 7000, stream: { ...live.stream, last_frame_age_seconds: seconds } });
  assert.match(silent(0.1).detail, /none arrives here/);
  assert.match(silent(7).detail, /source sends nothing/);
  assert.match(silent(null).detail, /source sends nothing/);
});

test('the time before the picture was asked for does not count as silence', () => {
  assert.equal(notice({ ...live, frameAgeMillis: 60_000, askedMillis: 500 }), undefined);
});

test('a server that is away comes before everything else', () => {
  assert.match(notice({ ...state('failed', 'x'), online: false }).title, /No connection/);
});

test('a lost connection tells when it is tried again', () => {
  const said = notice({ ...live, retryMillis: 2100, note: 'closed with code 1011' });
  assert.equal(said.detail, 'closed with code 1011. Trying again in 3 s.');
});

test('a source without a picture is no fault', () => {
  const stream = { id: 'mic', state: 'live', video: null, audio: { sample_rate: 48_000, channels: 1 } };
  assert.equal(notice({ ...live, stream, frameAgeMillis: undefined }).title, 'Sound only');
});

test('figures are readable', () => {
  assert.deepEqual([0.04, 9.94, 12.4, 119, 600, 7200, 200_000, undefined].map(age), [
    '0.0 s', '9.9 s', '12 s', '119 s', '10 min', '2 h', '2 days', '–',
  ]);
  assert.deepEqual([4.21, 38.4, 1400, -3, null].map(millis), ['4.2 ms', '38 ms', '1.4 s', '-3.0 ms', '–']);
  assert.equal(counted(1, 'stream'), '1 stream');
  assert.equal(counted(1200, 'stream'), '1,200 streams');
});

test('an id is proposed from the source and is free', () => {
  assert.equal(suggestedId('file:///media/front door.mp4', []), 'front-door');
  assert.equal(suggestedId('rtsp://user:pw@cam.local:554/live?token=x', []), 'live');
  assert.equal(suggestedId('rtsp://cam.local', []), 'cam.local');
  assert.equal(suggestedId('device:/dev/video0', []), 'video0');
  assert.equal(suggestedId('test:', ['test', 'test-2']), 'test-3');
  assert.equal(suggestedId('', []), '');
});

test('a proposed id never holds a password', () => {
  assert.doesNotMatch(suggestedId('rtsp://admin:hunter2@10.0.0.5', []), /hunter2|admin/);
  assert.doesNotMatch(suggestedId('rtsp://admin:hunter2@10.0.0.5/', []), /hunter2|admin/);
});

test('boxes are scaled to the frame and belong to its moment', () => {
  const found = { timestamp: 10, width: 320, height: 240, objects: [{ label: 'face', confidence: 0.9, x1: 10, y1: 20, x2: 30, y2: 60 }] };
  const frame = { timestamp: 10.2, width: 640, height: 480 };
  assert.deepEqual(boxesFor(found, frame), [{ label: 'face', confidence: 0.9, x: 20, y: 40, width: 40, height: 80 }]);
  assert.deepEqual(boxesFor(found, { ...frame, timestamp: 12 }), []);
  assert.deepEqual(boxesFor(undefined, frame), []);
});

test('a label keeps its tone', () => {
  assert.equal(tone('person'), tone('person'));
  for (const label of ['person', 'face', 'motion', '自転車', '']) {
    assert.ok(tone(label) >= 0 && tone(label) < 6);
  }
});

test('a topic is shown with the name of its member', () => {
  const topic = {
    stream: 'cam1',
    topic: 'video',
    node: '6f1c',
    subscribers: 2,
    rate: 25,
    dropped: 3,
    latency_ms: { publish_p50: 1, publish_p95: 2, deliver_p50: 0, deliver_p95: 0 },
  };
  assert.deepEqual(topicRow(topic, new Map([['6f1c', 'edge-01']])), {
    key: 'cam1/video',
    stream: 'cam1',
    kind: 'video',
    node: 'edge-01',
    subscribers: 2,
    rateHz: 25,
    dropped: 3,
    made: { p50: 1, p95: 2 },
    delivered: { p50: undefined, p95: undefined },
  });
  assert.equal(topicRow(topic, new Map()).node, '6f1c');
});

test('ids are encoded in addresses', () => {
  assert.ok(httpUrl('health').endsWith('/health'));
  assert.ok(socketUrl('a/b', 'video', { rate: 5 }).endsWith('/api/v1/streams/a%2Fb/topics/video?rate=5'));
});

test('every snippet names the stream', () => {
  const snippets = snippetsFor('cam1');
  assert.deepEqual(snippets.map(({ name }) => name), ['snapshot', 'mjpeg', 'websocket', 'javascript', 'events']);
  for (const { text } of snippets) {
    assert.match(text, /\/api\/v1\/streams\/cam1\//);
  }
});

test('a delay that is smaller than the clocks are known is told by what it is under', () => {
  assert.equal(delay(38.4, 2), '38 ms');
  assert.equal(delay(-3, 10), 'under 7.0 ms');
  assert.equal(delay(-3, 3), 'under 1.0 ms');
  assert.equal(delay(-3, Infinity), undefined);
  assert.equal(delay(undefined, 2), undefined);
});
