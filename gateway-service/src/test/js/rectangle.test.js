import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, inPicture, inTheMiddle, isTooSmall, moved, rounded, shrunk, stretched } from '../../main/resources/dashboard/rectangle.js';

const VGA = { width: 640, height: 480 };

test('a point is found in a picture that is fitted into a wider box', () => {
  // 800 × 300 shows 400 × 300 of a 4:3 picture, with 200 beside it on each side
  const box = { width: 800, height: 300 };
  assert.deepEqual(inPicture({ x: 200, y: 0 }, box, VGA), { x: 0, y: 0 });
  assert.deepEqual(inPicture({ x: 400, y: 150 }, box, VGA), { x: 320, y: 240 });
  assert.deepEqual(inPicture({ x: 600, y: 300 }, box, VGA), { x: 640, y: 480 });
});

test('a point is found in a picture that is fitted into a higher box', () => {
  const box = { width: 320, height: 480 };
  assert.deepEqual(inPicture({ x: 0, y: 120 }, box, VGA), { x: 0, y: 0 });
  assert.deepEqual(inPicture({ x: 160, y: 240 }, box, VGA), { x: 320, y: 240 });
});

test('what is beside the picture counts as its edge', () => {
  const box = { width: 800, height: 300 };
  assert.deepEqual(inPicture({ x: 10, y: -40 }, box, VGA), { x: 0, y: 0 });
  assert.deepEqual(inPicture({ x: 790, y: 999 }, box, VGA), { x: 640, y: 480 });
});

test('a rectangle may be drawn from any corner', () => {
  const whole = { x1: 10, y1: 20, x2: 30, y2: 60 };
  assert.deepEqual(between({ x: 10, y: 20 }, { x: 30, y: 60 }), whole);
  assert.deepEqual(between({ x: 30, y: 60 }, { x: 10, y: 20 }), whole);
  assert.deepEqual(between({ x: 10, y: 60 }, { x: 30, y: 20 }), whole);
});

test('a click is no rectangle', () => {
  assert.ok(isTooSmall({ x1: 5, y1: 5, x2: 5, y2: 5 }));
  assert.ok(isTooSmall({ x1: 5, y1: 5, x2: 100, y2: 12 }));
  assert.ok(!isTooSmall({ x1: 5, y1: 5, x2: 13, y2: 13 }));
});

test('a rectangle that is moved or stretched stays in the picture and has a size', () => {
  const middle = inTheMiddle(VGA);
  assert.deepEqual(middle, { x1: 213, y1: 160, x2: 427, y2: 320 });
  assert.deepEqual(moved(middle, { x: 8, y: -8 }, VGA), { x1: 221, y1: 152, x2: 435, y2: 312 });
  assert.deepEqual(moved(middle, { x: 9999, y: -9999 }, VGA), { x1: 426, y1: 0, x2: 640, y2: 160 });
  assert.deepEqual(stretched(middle, { x: 9999, y: 9999 }, VGA), { x1: 213, y1: 160, x2: 640, y2: 480 });
  assert.deepEqual(stretched(middle, { x: -9999, y: -9999 }, VGA), { x1: 213, y1: 160, x2: 221, y2: 168 });
});

test('corners are told in tenths of a pixel', () => {
  assert.deepEqual(rounded({ x1: 0.04, y1: 0.06, x2: 100.449, y2: 3 }), { x1: 0, y1: 0.1, x2: 100.4, y2: 3 });
});

test('a picture is shrunk by its longer side, and never enlarged', () => {
  assert.deepEqual(shrunk({ width: 1920, height: 1080 }, 640), { width: 640, height: 360 });
  assert.deepEqual(shrunk({ width: 1080, height: 1920 }, 640), { width: 360, height: 640 });
  assert.deepEqual(shrunk({ width: 320, height: 240 }, 640), { width: 320, height: 240 });
  assert.deepEqual(shrunk({ width: 10_000, height: 1 }, 640), { width: 640, height: 1 });
});
