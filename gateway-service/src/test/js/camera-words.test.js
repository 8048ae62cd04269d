import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserName, cameraImpossible, cameraRefused, nameFault, whipRefused } from '../../main/resources/dashboard/camera-words.js';

test('a name is checked like the id of a stream', () => {
  for (const good of ['a', 'browser-x7f2', '0.A_b-c', 'x'.repeat(128)]) {
    assert.equal(nameFault(good, ['other']), '');
  }
  for (const bad of ['', ' ', '-a', '.a', 'a b', 'ä', 'a/b', 'x'.repeat(129)]) {
    assert.notEqual(nameFault(bad, []), '');
  }
  assert.match(nameFault('cam1', ['cam1']), /cam1 already/);
});

test('the name that is proposed is a good one', () => {
  for (let times = 0; times < 50; times += 1) {
    assert.equal(nameFault(browserName(), []), '');
  }
  assert.equal(browserName(() => 0), 'browser-aaaa');
  assert.equal(browserName(() => 0.999999), 'browser-9999');
});

test('an insecure origin is named with what helps', () => {
  const page = { secure: true, origin: 'http://10.0.0.5:8080', devices: true, webRtc: true };
  assert.equal(cameraImpossible(page), '');
  assert.match(cameraImpossible({ ...page, secure: false, devices: false }), /http:\/\/10\.0\.0\.5:8080.*https/);
  assert.match(cameraImpossible({ ...page, devices: false }), /no page a camera/);
  assert.match(cameraImpossible({ ...page, webRtc: false }), /WebRTC/);
});

test('why there is no camera is said in plain words', () => {
  const failure = (name) => Object.assign(new Error('text of the browser'), { name });
  assert.match(cameraRefused(failure('NotAllowedError'), false), /not allowed to use the camera\./);
  assert.match(cameraRefused(failure('NotAllowedError'), true), /camera and the microphone/);
  assert.equal(cameraRefused(failure('NotFoundError'), false), 'No camera was found.');
  assert.match(cameraRefused(failure('NotFoundError'), true), /microphone/);
  assert.match(cameraRefused(failure('NotReadableError'), false), /^The camera could not be started/);
  assert.match(cameraRefused(failure('StrangeError'), false), /text of the browser/);
});

test('what the server refuses is a sentence', () => {
  const failure = (status, message) => Object.assign(new Error(message), { status });
  assert.match(whipRefused(failure(409, 'conflict'), 'cam1'), /cam1 already/);
  assert.equal(whipRefused(failure(503, 'no room'), 'cam1'), 'The server is busy: no room.');
  assert.match(whipRefused(failure(401, 'a token is missing'), 'cam1'), /token/);
  assert.equal(whipRefused(failure(400, 'bad offer'), 'cam1'), 'bad offer.');
  assert.equal(whipRefused(failure(0, 'The server can’t be reached.'), 'cam1'), 'The server can’t be reached.');
});
