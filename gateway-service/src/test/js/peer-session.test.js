import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PeerSession } from '../../main/resources/dashboard/peer-session.js';

const SDP = 'v=0\r\nm=video 9 X 96\r\na=ice-ufrag:abcd\r\na=ice-pwd:pwd\r\na=mid:0\r\n';

/** The browser's connection as far as it is used. */
class ScriptedPeer extends EventTarget {
  connectionState = 'new';
  remote = [];
  configuration = {};

  async createOffer(options) {
    return { type: 'offer', sdp: options?.iceRestart ? SDP.replace('abcd', 'wxyz') : SDP };
  }

  async setLocalDescription(description) {
    this.localDescription = description;
  }

  async setRemoteDescription(description) {
    this.remote.push(description.sdp);
  }

  getConfiguration() {
    return this.configuration;
  }

  setConfiguration(configuration) {
    this.configuration = configuration;
  }

  find(text) {
    const event = new Event('icecandidate');
    event.candidate = text === null ? null : { candidate: text, sdpMid: '0' };
    this.dispatchEvent(event);
  }

  close() {
    this.connectionState = 'closed';
  }
}

let requests;
let answers;
beforeEach(() => {
  requests = [];
  answers = {
    POST: () => new Response(SDP.replace('abcd', 'serv'), {
      status: 201,
      headers: { Location: '/whip/cam1/77', ETag: '"one"', Link: '<stun:s>; rel="ice-server"' },
    }),
    PATCH: ({ headers }) =>
      headers['If-Match'] === '*'
        ? new Response('a=ice-ufrag:news\r\na=ice-pwd:newpwd\r\n', { status: 200, headers: { ETag: '"two"' } })
        : new Response(null, { status: 204 }),
    DELETE: () => new Response(null, { status: 200 }),
  };
  globalThis.fetch = async (url, request) => {
    requests.push({ url: String(url), ...request });
    return answers[request.method](request);
  };
});

const soon = () => new Promise((done) => setTimeout(done, 120));
const sent = (method) => requests.filter((request) => request.method === method);

test('the offer goes out at once, candidates follow together', async () => {
  const peer = new ScriptedPeer();
  const session = new PeerSession({ path: 'whip/cam1', peer, token: 's3cret' });
  const opened = session.open();
  peer.find('candidate:1');
  peer.find('candidate:2');
  await opened;
  peer.find(null);
  await soon();
  assert.equal(sent('POST')[0].body, SDP);
  assert.equal(sent('POST')[0].headers.Authorization, 'Bearer s3cret');
  assert.equal(peer.configuration.iceServers[0].urls, 'stun:s');
  assert.equal(sent('PATCH').length, 1);
  assert.ok(sent('PATCH')[0].url.endsWith('/whip/cam1/77'));
  assert.equal(sent('PATCH')[0].headers['If-Match'], '"one"');
  assert.match(sent('PATCH')[0].body, /a=candidate:1\r\na=candidate:2\r\na=end-of-candidates/);
});

test('ICE begins anew with any tag, and goes on with the new one', async () => {
  const peer = new ScriptedPeer();
  const session = new PeerSession({ path: 'whip/cam1', peer });
  await session.open();
  await session.restart();
  assert.equal(sent('PATCH')[0].headers['If-Match'], '*');
  assert.match(sent('PATCH')[0].body, /a=ice-ufrag:wxyz/);
  assert.match(peer.remote[1], /a=ice-ufrag:news\r\na=ice-pwd:newpwd/);
  peer.find('candidate:3');
  await soon();
  assert.equal(sent('PATCH')[1].headers['If-Match'], '"two"');
});

test('closing tells the server once, in a way that outlives the page', async () => {
  const peer = new ScriptedPeer();
  const session = new PeerSession({ path: 'whip/cam1', peer });
  await session.open();
  session.close();
  session.close();
  peer.find('candidate:1');
  await soon();
  assert.equal(peer.connectionState, 'closed');
  assert.equal(sent('DELETE').length, 1);
  assert.equal(sent('DELETE')[0].keepalive, true);
  assert.equal(sent('PATCH').length, 0);
});

test('a session that was closed before its answer came is deleted when it comes', async () => {
  const session = new PeerSession({ path: 'whip/cam1', peer: new ScriptedPeer() });
  const opened = session.open();
  session.close();
  await opened;
  assert.equal(sent('DELETE').length, 1);
});

test('a refusal carries the sentence and the status of the server', async () => {
  answers.POST = () => new Response('{"error":"there is a stream cam1","code":"conflict"}', { status: 409 });
  const session = new PeerSession({ path: 'whip/cam1', peer: new ScriptedPeer() });
  await assert.rejects(session.open(), { status: 409, code: 'conflict', message: 'there is a stream cam1' });
  answers.POST = () => Promise.reject(new TypeError('no network'));
  await assert.rejects(new PeerSession({ path: 'whip/cam1', peer: new ScriptedPeer() }).open(), { status: 0, code: 'unreachable' });
});
