import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyWith, clock, mebibytes, producedStreams, remarks, used } from '../../main/resources/dashboard/cluster-words.js';

const FINE = {
  id: 'a',
  name: 'north',
  version: '1.0.0',
  services: ['gateway'],
  draining: false,
  reachable: true,
  answered_in_ms: 2,
  clock_offset_ms: 0.4,
  health: { gateway: { ready: true, detail: '' } },
  load: { cpu_cores: 0.5, processors: 2, heap_used_bytes: 1, heap_max_bytes: 2, pools: [] },
  seen: { joined: 2, left: 0, rejoined: 0 },
};

const cluster = (...members) => ({ members, count: members.length, clustered: true, name: 'm', answered_by: 'a', services: {} });
const texts = (...members) => remarks(cluster(...members)).map(({ text }) => text);

test('where all is well nothing is remarked', () => {
  assert.deepEqual(remarks(cluster(FINE, { ...FINE, id: 'b', name: 'south' })), []);
});

test('a member that does not answer comes before what is less bad', () => {
  const silent = { id: 'b', name: 'south', version: '1.0.1', services: ['vision'], draining: false, reachable: false };
  const found = remarks(cluster(FINE, silent));
  assert.deepEqual(found.map(({ level }) => level), ['bad', 'warn']);
  assert.match(found[0].text, /south does not answer/);
  assert.match(found[1].text, /1\.0\.0, 1\.0\.1/);
});

test('a service that is not ready is remarked with its reason, unless its member is leaving', () => {
  const waiting = { ...FINE, health: { vision: { ready: false, detail: 'loading' } } };
  assert.match(texts(waiting)[0], /vision at north is not ready: loading/);
  assert.deepEqual(texts({ ...waiting, draining: true }), []);
});

test('refused tasks, clocks that are wrong and members that came back are remarked', () => {
  const pools = [{ name: 'vision-frames', threads: 2, active: 2, queued: 3, rejected: 7 }];
  assert.match(texts({ ...FINE, load: { ...FINE.load, pools } })[0], /refused 7 tasks of vision-frames.*3 wait/);
  assert.match(texts({ ...FINE, clock_offset_ms: -2500 })[0], /2\.5 s behind/);
  assert.match(texts({ ...FINE, seen: { ...FINE.seen, rejoined: 1 } })[0], /1 member come back/);
});

test('a clock is only called wrong by more than the answer took', () => {
  assert.equal(clock({ clock_offset_ms: 30, answered_in_ms: 80 }), 'alike');
  assert.equal(clock({ clock_offset_ms: 300, answered_in_ms: 80 }), '300 ms ahead');
  assert.equal(clock({}), '–');
  assert.deepEqual(texts({ ...FINE, clock_offset_ms: 900, answered_in_ms: 1700 }), []);
});

test('what is nearly used up is told', () => {
  assert.deepEqual(used(1, 2), { share: 0.5, level: 'good' });
  assert.deepEqual(used(3, 2), { share: 1, level: 'warn' });
  assert.equal(used(undefined, 2), undefined);
  assert.equal(used(1, 0), undefined);
  assert.equal(mebibytes(10_485_760), '10 MiB');
});

test('what it serves is told in words and numbers', () => {
  assert.equal(busyWith({ figures: { mediamesh_recorder_active: 1, mediamesh_gateway_connections: 12, other: 3 } }), '12 connections, 1 recording');
  assert.equal(busyWith({}), '');
});

test('topics are put together stream by stream', () => {
  const topic = (stream, kind) => ({ stream, topic: kind, epoch: 5, subscribers: 1, rate: 25 });
  const produced = producedStreams({ produces: { count: 3, by_topic: {}, topics: [topic('a', 'video'), topic('b', 'video'), topic('a', 'audio')] } });
  assert.deepEqual(produced.map(({ stream, topics }) => [stream, topics.map((one) => one.topic)]), [['a', ['video', 'audio']], ['b', ['video']]]);
});
