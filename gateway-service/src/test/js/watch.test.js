import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamWatch } from '../../main/resources/dashboard/watch.js';

function watched() {
  const open = new Map();
  const frames = [];
  let changes = 0;
  const watch = new StreamWatch({
    streamId: 'cam1',
    clock: { nowMillis: () => 100_040 },
    mayConnect: () => true,
    onFrame: (header) => frames.push(header.sequence),
    onChange: () => (changes += 1),
    openSocket: (options) => {
      const kind = new URL(options.url).pathname.split('/').pop();
      return { ...options, status: 'open', open: () => open.set(kind, options), close: () => open.delete(kind) };
    },
  });
  return { watch, open, frames, kinds: () => [...open.keys()].sort(), changes: () => changes };
}

const jpeg = new ArrayBuffer(4);

test('only what the view needs is asked for', () => {
  const { watch, kinds } = watched();
  assert.deepEqual(kinds(), []);
  watch.show('annotated');
  assert.deepEqual(kinds(), ['annotated', 'detections', 'intensity']);
  watch.show('video');
  assert.deepEqual(kinds(), ['intensity', 'video']);
  watch.show('overlay');
  assert.deepEqual(kinds(), ['detections', 'intensity', 'video']);
  watch.show(undefined);
  assert.deepEqual(kinds(), []);
  assert.equal(watch.connections, 0);
});

test('what nobody serves is not asked for', () => {
  const { watch, kinds } = watched();
  watch.show('annotated', ['audio', 'video', 'intensity']);
  assert.deepEqual(kinds(), ['intensity', 'video']);
  watch.show('annotated', ['annotated', 'audio', 'detections', 'intensity', 'video']);
  assert.deepEqual(kinds(), ['annotated', 'detections', 'intensity']);
});

test('a view that stays keeps its connections', () => {
  const { watch, open } = watched();
  watch.show('annotated');
  const before = [...open.values()];
  watch.show('annotated');
  assert.deepEqual([...open.values()], before);
});

test('frames are counted, with those that the server dropped', () => {
  const { watch, open, frames } = watched();
  watch.show('video');
  const { onItem } = open.get('video');
  onItem({ sequence: 1, timestamp: 100, width: 640, height: 480 }, jpeg);
  onItem({ sequence: 5, timestamp: 100.1, width: 640, height: 480, dropped: 3 }, jpeg);
  onItem({ sequence: 6, timestamp: 100.2, width: 640, height: 480, dropped: 2 }, jpeg);
  assert.deepEqual(frames, [1, 5, 6]);
  assert.equal(watch.received, 3);
  assert.equal(watch.dropped, 5);
});

test('latency is from the capture to the screen by the server’s clock', () => {
  const { watch } = watched();
  watch.shown({ sequence: 1, timestamp: 100, width: 1, height: 1 });
  assert.equal(watch.latencyMillis(), 40);
});

test('the first frame of a connection is news, the next ones are not', () => {
  const { watch, open, changes } = watched();
  watch.show('video');
  const { onItem, onChange } = open.get('video');
  onItem({ sequence: 1, timestamp: 100, width: 1, height: 1 }, jpeg);
  onItem({ sequence: 2, timestamp: 100, width: 1, height: 1 }, jpeg);
  assert.equal(changes(), 1);
  onChange({ state: 'closed', reason: 'the camera is gone' });
  assert.equal(watch.note, 'the camera is gone');
  onItem({ sequence: 3, timestamp: 100, width: 1, height: 1 }, jpeg);
  assert.equal(changes(), 3);
  assert.equal(watch.note, '');
});

test('intensity and detections are kept, also when they come wrapped', () => {
  const { watch, open } = watched();
  watch.show('annotated');
  open.get('intensity').onItem({ sequence: 1, timestamp: 100, current_intensity: 127.5, average_intensity: 120 });
  assert.equal(watch.lastIntensity.current_intensity, 127.5);
  open.get('detections').onItem({ sequence: 1, timestamp: 100, data: { objects: [{ label: 'face' }] } });
  assert.equal(watch.detections.timestamp, 100);
  assert.equal(watch.detections.objects[0].label, 'face');
  watch.show('video');
  assert.equal(watch.detections, undefined);
});
