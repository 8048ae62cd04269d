import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attribute, iceFragment, iceServers, restartedAnswer } from '../../main/resources/dashboard/signalling.js';

const OFFER = [
  'v=0',
  's=-',
  'a=group:BUNDLE 0 1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  'a=mid:0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  'a=mid:1',
  '',
].join('\r\n');

test('ICE servers are read from Link headers, other links are not', () => {
  assert.deepEqual(
    iceServers(
      '<stun:stun.example:3478>; rel="ice-server", </openapi.yaml>; rel="describedby",' +
        ' <turn:turn.example:3478?transport=udp>; rel="ice-server"; username="a, \\"b\\""; credential="c;d>"; credential-type="password"',
    ),
    [
      { urls: 'stun:stun.example:3478' },
      { urls: 'turn:turn.example:3478?transport=udp', username: 'a, "b"', credential: 'c;d>' },
    ],
  );
});

test('a Link header may be absent, unquoted or nonsense', () => {
  assert.deepEqual(iceServers(null), []);
  assert.deepEqual(iceServers(''), []);
  assert.deepEqual(iceServers('nonsense; rel="ice-server"'), []);
  assert.deepEqual(iceServers('<https://example/>; rel="ice-server"'), []);
  assert.deepEqual(iceServers('<stun:a>;rel=ice-server'), [{ urls: 'stun:a' }]);
  assert.deepEqual(iceServers('<turns:a>; REL="next ice-server"; username=u; credential=p'), [
    { urls: 'turns:a', username: 'u', credential: 'p' },
  ]);
});

test('a fragment names the ICE agent and puts candidates under their sections', () => {
  assert.equal(
    iceFragment(
      OFFER,
      [
        { candidate: 'candidate:1 1 udp 1 10.0.0.1 5000 typ host', sdpMid: '1' },
        { candidate: 'candidate:2 1 udp 1 10.0.0.2 5000 typ host', sdpMid: '1' },
        { candidate: 'candidate:3 1 udp 1 10.0.0.3 5000 typ host', sdpMid: null },
      ],
      true,
    ),
    [
      'a=ice-ufrag:abcd',
      'a=ice-pwd:0123456789012345678901',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'a=mid:1',
      'a=candidate:1 1 udp 1 10.0.0.1 5000 typ host',
      'a=candidate:2 1 udp 1 10.0.0.2 5000 typ host',
      'a=end-of-candidates',
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=mid:0',
      'a=candidate:3 1 udp 1 10.0.0.3 5000 typ host',
      'a=end-of-candidates',
      '',
    ].join('\r\n'),
  );
});

test('a fragment that begins ICE anew has no candidates', () => {
  const fragment = iceFragment(OFFER, []);
  assert.equal(attribute(fragment, 'ice-ufrag'), 'abcd');
  assert.equal(attribute(fragment, 'mid'), '0');
  assert.ok(!fragment.includes('candidate'));
});

test('the answer takes over what the server said to a restart', () => {
  const answer = OFFER.replace(
    'a=mid:0\r\n',
    'a=mid:0\r\na=candidate:9 1 udp 1 10.0.0.9 1 typ host\r\na=end-of-candidates\r\n',
  );
  const said =
    'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=ice-ufrag:efgh\r\na=ice-pwd:new\r\n' +
    'a=candidate:7 1 udp 1 10.0.0.7 1 typ host\r\na=end-of-candidates\r\n';
  const lines = restartedAnswer(answer, said).split('\r\n');
  assert.deepEqual(
    lines.filter((line) => /ufrag|pwd|candidate/.test(line)),
    [
      'a=ice-ufrag:efgh',
      'a=ice-pwd:new',
      'a=candidate:7 1 udp 1 10.0.0.7 1 typ host',
      'a=end-of-candidates',
      'a=ice-ufrag:efgh',
      'a=ice-pwd:new',
    ],
  );
  assert.equal(lines.indexOf('a=end-of-candidates') + 1, lines.findIndex((line) => line.startsWith('m=application')));
  assert.equal(lines.at(-1), '');
  assert.throws(() => restartedAnswer(answer, 'a=mid:0\r\n'));
});

test('an answer with one section takes the candidates at its end', () => {
  const lines = restartedAnswer('v=0\r\nm=video 9\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\n', 'a=ice-ufrag:c\na=ice-pwd:d\na=candidate:1\n').split('\r\n');
  assert.deepEqual(lines, ['v=0', 'm=video 9', 'a=ice-ufrag:c', 'a=ice-pwd:d', 'a=candidate:1', '']);
});
