import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const SDP = 'v=0\r\nm=video 9 X 96\r\na=ice-ufrag:abcd\r\na=ice-pwd:pwd\r\na=mid:0\r\n';

class ScriptedPeer extends EventTarget {
  static made = [];
  connectionState = 'new';
  channel = {};

  constructor() {
    super();
    ScriptedPeer.made.push(this);
  }

  createDataChannel(label) {
    this.channel.label = label;
    return this.channel;
  }

  sent = [];

  addTransceiver(track) {
    this.sent.push(track);
    return { sender: { replaceTrack: async (next) => this.sent.push(next) } };
  }

  async createOffer() {
    return { type: 'offer', sdp: SDP };
  }

  async setLocalDescription(description) {
    this.localDescription = description;
  }

  async setRemoteDescription() {}

  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange();
  }

  close() {
    this.connectionState = 'closed';
  }
}

class ScriptedTrack extends EventTarget {
  kind = 'video';
  muted = false;
  stopped = false;

  stop() {
    this.stopped = true;
  }
}

globalThis.RTCPeerConnection = ScriptedPeer;
globalThis.addEventListener = () => {};
globalThis.removeEventListener = () => {};
globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const { CameraPublisher } = await import('../../main/resources/dashboard/publisher.js');

let requests;
let answers;
beforeEach(() => {
  ScriptedPeer.made = [];
  requests = [];
  answers = {
    OPTIONS: () => new Response(null, { status: 204 }),
    POST: () => new Response(SDP, { status: 201, headers: { Location: '/whip/mine/77', ETag: '"one"' } }),
    PATCH: () => new Response('a=ice-ufrag:news\r\na=ice-pwd:newpwd\r\n', { status: 200 }),
    DELETE: () => new Response(null, { status: 200 }),
    GET: () => new Response('{"id":"mine"}', { status: 200 }),
  };
  globalThis.fetch = async (url, request) => {
    requests.push(request.method);
    return answers[request.method]();
  };
});

const error = (status) => () => new Response('{"error":"no"}', { status });
const settle = async () => {
  for (let turns = 0; turns < 20; turns += 1) {
    await new Promise((done) => setImmediate(done));
  }
};

async function published(context, facing = '') {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const track = new ScriptedTrack();
  const tracks = [track];
  const media = {
    getTracks: () => tracks,
    getVideoTracks: () => tracks,
    removeTrack: (gone) => tracks.splice(tracks.indexOf(gone), 1),
    addTrack: (added) => tracks.push(added),
  };
  const publisher = new CameraPublisher({ name: 'mine', media, facing, onChange: () => {} });
  const started = publisher.start();
  started.catch(() => {});
  await settle();
  const pass = async (millis) => {
    context.mock.timers.tick(millis);
    await settle();
  };
  return { publisher, track, started, pass, peer: () => ScriptedPeer.made.at(-1), count: (method) => requests.filter((one) => one === method).length };
}

test('it is live once connected, hears its intensity, and stops for good', async (context) => {
  const { publisher, track, started, peer, count } = await published(context);
  await started;
  assert.equal(publisher.state, 'connecting');
  peer().become('connected');
  assert.equal(publisher.state, 'live');
  const heard = [];
  publisher.listen((intensity) => heard.push(intensity.current_intensity));
  peer().channel.onmessage({ data: '{"current_intensity":7}' });
  peer().channel.onmessage({ data: 'nonsense' });
  assert.deepEqual(heard, [7]);
  assert.equal(publisher.hears, true);
  publisher.stop();
  publisher.stop();
  assert.equal(publisher.state, 'stopped');
  assert.equal(track.stopped, true);
  assert.equal(peer().connectionState, 'closed');
  assert.equal(count('DELETE'), 1);
});

test('a refusal at the beginning is final and in plain words', async (context) => {
  answers.POST = error(409);
  const { publisher, track, started } = await published(context);
  await assert.rejects(started, { status: 409 });
  assert.equal(publisher.state, 'failed');
  assert.match(publisher.reason, /mine already/);
  assert.equal(track.stopped, true);
});

test('without a way for media it says so', async (context) => {
  const { publisher, pass } = await published(context);
  await pass(10_000);
  assert.equal(publisher.state, 'failed');
  assert.match(publisher.reason, /UDP/);
});

test('a short break is waited out, a longer one begins ICE anew', async (context) => {
  const { publisher, peer, pass, count } = await published(context);
  peer().become('connected');
  peer().become('disconnected');
  assert.equal(publisher.state, 'reconnecting');
  await pass(2900);
  peer().become('connected');
  await pass(10_000);
  assert.equal(count('PATCH'), 0);
  peer().become('disconnected');
  await pass(3000);
  assert.equal(count('PATCH'), 1);
  assert.equal(ScriptedPeer.made.length, 1);
  peer().become('connected');
  assert.equal(publisher.state, 'live');
  await pass(20_000);
  assert.equal(publisher.state, 'live');
});

test('a session that the server has given up is opened anew, also while the name is still taken', async (context) => {
  const { publisher, peer, pass, count } = await published(context);
  peer().become('connected');
  answers.PATCH = error(404);
  answers.POST = error(409);
  peer().become('failed');
  await settle();
  assert.equal(publisher.state, 'reconnecting');
  await pass(1000);
  assert.equal(count('POST'), 2);
  assert.equal(publisher.state, 'reconnecting');
  answers.POST = () => new Response(SDP, { status: 201, headers: { Location: '/whip/mine/78' } });
  await pass(2000);
  assert.equal(count('POST'), 3);
  peer().become('connected');
  assert.equal(publisher.state, 'live');
  assert.equal(ScriptedPeer.made.filter(({ connectionState }) => connectionState !== 'closed').length, 1);
});

test('a stream that was removed is not made anew', async (context) => {
  const { publisher, peer, pass, count } = await published(context);
  peer().become('connected');
  answers.GET = error(404);
  peer().channel.onclose();
  await pass(800);
  assert.equal(publisher.state, 'failed');
  await pass(60_000);
  assert.equal(count('POST'), 1);
});

test('after a pause of the camera the stream comes back', async (context) => {
  const { publisher, track, peer, pass, count } = await published(context);
  peer().become('connected');
  answers.GET = error(404);
  track.muted = true;
  peer().channel.onclose();
  await pass(800);
  await pass(1000);
  assert.equal(publisher.reason, 'The camera is paused.');
  assert.equal(count('POST'), 1);
  track.muted = false;
  await pass(1000);
  peer().become('connected');
  assert.equal(publisher.state, 'live');
});

test('a camera that is unplugged ends the stream', async (context) => {
  const { publisher, track, peer, count } = await published(context);
  peer().become('connected');
  track.dispatchEvent(new Event('ended'));
  assert.equal(publisher.state, 'failed');
  assert.match(publisher.reason, /unplugged/);
  assert.equal(count('DELETE'), 1);
});

/** @param {Record<string, ScriptedTrack>} cameras of the phone by the side they look to */
function givePhone(cameras) {
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: {
      mediaDevices: {
        async getUserMedia({ video }) {
          const track = cameras[video.facingMode.ideal];
          if (track === undefined) {
            throw new Error('in use');
          }
          return { getVideoTracks: () => [track] };
        },
      },
    },
  });
}

test('a camera is turned within the same connection, and nothing is sent meanwhile', async (context) => {
  const { publisher, track, peer, count } = await published(context, 'user');
  peer().become('connected');
  const back = new ScriptedTrack();
  givePhone({ environment: back });
  await publisher.turn();
  assert.equal(publisher.facing, 'environment');
  assert.deepEqual(peer().sent, [track, null, back]);
  assert.equal(track.stopped, true);
  assert.equal(publisher.state, 'live');
  assert.equal(count('POST'), 1);
  publisher.stop();
  assert.equal(back.stopped, true);
});

test('where the other camera can not be had, that of before goes on; without any it is over', async (context) => {
  const { publisher, peer } = await published(context, 'user');
  peer().become('connected');
  const front = new ScriptedTrack();
  givePhone({ user: front });
  await publisher.turn();
  assert.equal(publisher.facing, 'user');
  assert.equal(peer().sent.at(-1), front);
  givePhone({});
  await publisher.turn();
  assert.equal(publisher.state, 'failed');
  assert.match(publisher.reason, /could not be turned: in use/);
});

test('a camera that looks to one side only is not turned', async (context) => {
  const { publisher, track, peer } = await published(context);
  await publisher.turn();
  assert.deepEqual(peer().sent, [track]);
  publisher.stop();
});
