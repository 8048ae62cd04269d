import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, RecordedEvents } from '../../main/resources/dashboard/recording-events.js';
import { length, mediaOf, partAt, size, span, when } from '../../main/resources/dashboard/recording-words.js';

const parts = [
  { number: 1, start: 0, duration: 10 },
  { number: 2, start: 12, duration: 5 },
];
const detection = (t, ...labels) =>
  `${JSON.stringify({ t, part: 1, topic: 'detections', data: { width: 64, height: 48, objects: labels.map((label) => ({ label, confidence: 1, x1: 0, y1: 0, x2: 9, y2: 9 })) } })}\n`;

test('a length is told in minutes, and in hours where there are any', () => {
  assert.equal(length(7.9), '0:07');
  assert.equal(length(750), '12:30');
  assert.equal(length(3723), '1:02:03');
  assert.equal(length(undefined), '–');
});

test('a size is told in thousands', () => {
  assert.equal(size(900), '900 B');
  assert.equal(size(1_843_200), '1.8 MB');
  assert.equal(size(999_600), '1.0 MB');
  assert.equal(size(250_000_000), '250 MB');
});

test('a moment is told with its date', () => {
  assert.match(when(1_763_726_400, 'UTC'), /^21 Nov 2025, 12:00:00$/);
});

test('a moment belongs to its part, and between two parts to the next', () => {
  assert.equal(partAt(parts, 0).number, 1);
  assert.equal(partAt(parts, 9.99).number, 1);
  assert.equal(partAt(parts, 11).number, 2);
  assert.equal(partAt(parts, 99).number, 2);
  assert.equal(partAt([], 1), undefined);
  assert.equal(span(parts), 17);
  assert.equal(span([]), 0);
});

test('a part is played by its pictures, or by its sound where it has none', () => {
  const files = [
    { name: 'audio-0001.wav', type: 'audio/wav', part: 1 },
    { name: 'video-0001.mp4', type: 'video/mp4', part: 1 },
    { name: 'audio-0002.wav', type: 'audio/wav', part: 2 },
    { name: 'events.jsonl', type: 'application/x-ndjson', part: 0 },
  ];
  assert.equal(mediaOf(files, 1).name, 'video-0001.mp4');
  assert.equal(mediaOf(files, 2).name, 'audio-0002.wav');
  assert.equal(mediaOf(files, 3), undefined);
});

test('lines may be torn anywhere between two pieces, and what is no event is left aside', () => {
  const text = `${detection(1, 'face')}not json\n{"t":"x"}\n\n${detection(2, 'person')}`;
  for (let cut = 0; cut <= text.length; cut += 7) {
    const events = new RecordedEvents();
    events.take(text.slice(0, cut));
    events.take(text.slice(cut));
    assert.deepEqual(
      events.marks.map(({ t, text: told }) => [t, told]),
      [
        [1, 'face'],
        [2, 'person'],
      ],
    );
  }
});

test('a torn last line is not an event yet', () => {
  const events = new RecordedEvents();
  events.take(detection(1, 'face').trimEnd());
  assert.equal(events.marks.length, 0);
});

test('boxes are those of the newest result before the moment, for a second', () => {
  const events = new RecordedEvents();
  events.take(detection(1, 'face') + detection(1.5, 'person'));
  assert.equal(events.detectionsAt(0.5), undefined);
  assert.equal(events.detectionsAt(1).objects[0].label, 'face');
  assert.equal(events.detectionsAt(1.4).objects[0].label, 'face');
  assert.equal(events.detectionsAt(1.5).objects[0].label, 'person');
  assert.equal(events.detectionsAt(2.4).objects[0].label, 'person');
  assert.equal(events.detectionsAt(2.6), undefined);
});

test('events are in the order of time whatever their order in the file', () => {
  const events = new RecordedEvents();
  events.take(`${detection(5, 'face')}{"type":"gap","t":2,"topic":"video"}\n${detection(4.5, 'person')}`);
  assert.deepEqual(
    events.marks.map(({ t }) => t),
    [2, 4.5, 5],
  );
  assert.equal(events.detectionsAt(4.7).objects[0].label, 'person');
});

test('whoever stays is marked once, and again after having been away', () => {
  const events = new RecordedEvents();
  events.take([0, 1, 2, 3].map((t) => detection(t, 'face')).join('') + detection(9, 'face', 'face', 'person'));
  assert.deepEqual(
    events.marks.map(({ t, text }) => [t, text]),
    [
      [0, 'face'],
      [9, 'face, person'],
    ],
  );
});

test('gaps, parts and states are marked with their reason', () => {
  const events = new RecordedEvents();
  events.take('{"type":"gap","t":3,"topic":"video"}\n{"type":"part","t":4,"part":2,"reason":"another size"}\n');
  events.take('{"type":"clock","t":5,"unix":1,"monotonic":2}\n');
  assert.deepEqual(
    events.marks.map(({ kind, text }) => [kind, text]),
    [
      ['gap', 'Gap: video'],
      ['part', 'Part 2: another size'],
    ],
  );
});

test('a chart has the lowest and the highest value of each column', () => {
  const points = [
    { t: 0, value: 10 },
    { t: 0.4, value: 30 },
    { t: 1, value: 5 },
    { t: 4, value: 7 },
  ];
  assert.deepEqual(columnsOf(points, 4, 4), [{ low: 10, high: 30 }, { low: 5, high: 5 }, undefined, { low: 7, high: 7 }]);
  assert.deepEqual(columnsOf(points, 2, 0), [undefined, undefined]);
});
