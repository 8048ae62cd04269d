import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  errorIn,
  followingOf,
  followingText,
  isBroadcast,
  linkFault,
  outlineOf,
  regionsOf,
  whyUntracked,
} from '../../main/resources/dashboard/hub-words.js';

const REGION = { mask_index: 0, bounding_box: { x_min: 1, y_min: 2, x_max: 3, y_max: 4 } };

test('regions are those with a place, whatever a service said', () => {
  assert.deepEqual(regionsOf({ regions: [REGION, null, {}, { bounding_box: { x_min: '1' } }] }), [REGION]);
  for (const metadata of [undefined, {}, { regions: 'none' }, { regions: null }]) {
    assert.deepEqual(regionsOf(metadata), []);
  }
});

test('an outline is a polygon, or none', () => {
  const corners = [[1, 2], [3, 2], [3, 4]];
  assert.deepEqual(outlineOf({ ...REGION, outline: corners }), corners);
  assert.deepEqual(outlineOf(REGION), []);
  for (const outline of [null, 'none', {}, [], corners.slice(1), [...corners, 5], [...corners, [1]], [...corners, [1, '2']]]) {
    assert.deepEqual(outlineOf({ outline }), []);
  }
});

test('following, lost, nothing known and nothing asked for are told apart', () => {
  assert.equal(followingOf({ frame_index: 3, masks_detected: 1, regions: [REGION] }, true), 'following');
  assert.equal(followingOf({ frame_index: 4, masks_detected: 0, regions: [] }, true), 'lost');
  assert.equal(followingOf({}, true), 'untracked');
  assert.equal(followingOf({}), 'off');
});

test('each of them has words', () => {
  assert.equal(followingText('following'), 'Following');
  assert.equal(followingText('following', { objects: 3 }), 'Following 3 objects');
  assert.match(followingText('lost'), /^Lost/);
  assert.equal(followingText('untracked', { reason: 'nobody tracks' }), 'No tracking: nobody tracks');
  assert.match(followingText('untracked'), /^No tracking: no answer/);
  assert.notEqual(followingText('off'), followingText('marking'));
});

test('why nothing is known is told as far as the health says it', () => {
  assert.match(whyUntracked({ services: { vision: { ready: true } } }), /no member/);
  assert.equal(whyUntracked({ services: { tracking: { ready: false, detail: 'no room' } } }), 'no room');
  assert.match(whyUntracked({ services: { tracking: { ready: true } } }), /mark the object once more/);
  assert.match(whyUntracked({}), /no answer/);
});

test('what the server says when it closes becomes a sentence', () => {
  const ended = { status: 'ended', code: 4409, reason: 'the broadcast door has a broadcaster already' };
  assert.equal(linkFault(ended), 'The broadcast door has a broadcaster already.');
  assert.equal(linkFault({ ...ended, reason: 'choose another name with ?stream=' }), 'Choose another name.');
  assert.match(linkFault({ ...ended, reason: '' }), /another one/);
  assert.match(linkFault({ status: 'ended', code: 1009, reason: 'messages have at most 8 bytes' }), /8 bytes\. .*smaller/);
  assert.equal(linkFault({ status: 'waiting', code: 1006, reason: '' }), 'The connection broke off. Connecting again …');
  assert.equal(linkFault({ status: 'open', code: 0, reason: '' }), '');
});

test('errors are told from everything else that the server says', () => {
  assert.equal(errorIn('{"type":"error","message":"too fast"}'), 'Too fast.');
  for (const text of ['stream has ended', '{"frame":"","metadata":{}}', 'null', `{"type":"error","message":"${'x'.repeat(5000)}"}`]) {
    assert.equal(errorIn(text), '');
  }
});

test('broadcasts are told from other streams by their source', () => {
  assert.ok(isBroadcast({ id: 'a', state: 'live', source: { url: 'broadcast:a' } }));
  assert.ok(!isBroadcast({ id: 'a', state: 'live', source: { url: 'file:///a.mp4' } }));
  assert.ok(!isBroadcast({ id: 'a', state: 'live' }));
});
