import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64Of, bytesOf, marked, markOf, pictureType } from '../../main/resources/dashboard/frame-text.js';

/** SOI, the header of JFIF, a quantisation table's beginning, noise. */
const JFIF = Uint8Array.of(
  0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xdb, 0, 67,
  ...Array.from({ length: 300 }, (_, at) => (at * 7) % 251),
);
const PLAIN = Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0, 67, 1, 2, 3);

test('base64 is that of Node, whatever the length', () => {
  for (const length of [0, 1, 2, 3, 0x5fff, 0x6000, 0x6001, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) % 256);
    assert.equal(base64Of(bytes), Buffer.from(bytes).toString('base64'));
    assert.deepEqual(bytesOf(base64Of(bytes)), bytes);
  }
});

test('text of other clients is read: with a beginning, with line breaks; what is no base64 is none', () => {
  assert.deepEqual(bytesOf('data:image/jpeg;base64,AQID'), Uint8Array.of(1, 2, 3));
  assert.deepEqual(bytesOf('AQ\r\nID\n'), Uint8Array.of(1, 2, 3));
  assert.equal(bytesOf('<no base64>'), undefined);
});

test('a mark comes after the header of JFIF and leaves everything else as it was', () => {
  const file = marked(JFIF, 'k3 12');
  assert.deepEqual(file.subarray(0, 20), JFIF.subarray(0, 20));
  // T.81: FF FE, the length with its own two bytes, the text
  assert.deepEqual([...file.subarray(20, 24)], [0xff, 0xfe, 0, 2 + 'mediamesh k3 12'.length]);
  assert.deepEqual(file.subarray(24 + 'mediamesh k3 12'.length), JFIF.subarray(20));
  assert.deepEqual([...marked(PLAIN, 'x').subarray(0, 4)], [0xff, 0xd8, 0xff, 0xfe]);
});

test('the mark is found again, also behind a beginning, and the one that was put in last', () => {
  assert.equal(markOf(base64Of(marked(JFIF, 'k3 12'))), 'k3 12');
  assert.equal(markOf(`data:image/jpeg;base64,${base64Of(marked(PLAIN, 'k3 12'))}`), 'k3 12');
  assert.equal(markOf(base64Of(marked(marked(JFIF, 'k3 12'), 'k3 13'))), 'k3 13');
});

test('pictures of others have no mark', () => {
  for (const text of ['', 'AQID', base64Of(JFIF), base64Of(PLAIN), '<no base64>', base64Of(Uint8Array.of(0xff, 0xd8))]) {
    assert.equal(markOf(text), '');
  }
});

test('PNG files are told from JPEG files', () => {
  assert.equal(pictureType(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), 'image/png');
  assert.equal(pictureType(JFIF), 'image/jpeg');
});
