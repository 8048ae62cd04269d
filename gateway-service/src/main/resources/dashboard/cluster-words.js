import { age, counted, number } from './words.js';
/** @import {Cluster, Member} from './types.js' */

/** Clocks of members that are further apart than this mix up times that clients compare. */
export const CLOCKS_APART_MILLIS = 100;
/** What is used to more than this share is nearly used up. */
const NEARLY = 0.85;

/**
 * @typedef {object} Remark what somebody who runs the cluster should know
 * @property {'warn'|'bad'} level
 * @property {string} text
 */

/**
 * @param {Cluster} cluster
 * @returns {Remark[]} the worst first; nothing when all is well
 */
export function remarks(cluster) {
  const { members } = cluster;
  /** @type {Remark[]} */
  const found = [];
  for (const member of members) {
    if (!member.reachable) {
      found.push({ level: 'bad', text: `${member.name} does not answer.` });
    }
    for (const [service, { ready, detail }] of Object.entries(member.health ?? {})) {
      if (!ready && !member.draining) {
        found.push({ level: 'bad', text: `${service} at ${member.name} is not ready${detail ? `: ${detail}` : ''}.` });
      }
    }
    for (const { name, queued, rejected } of member.load?.pools ?? []) {
      if (rejected > 0) {
        found.push({
          level: 'warn',
          text: `${member.name} refused ${counted(rejected, 'task')} of ${name}, because too many waited${queued > 0 ? `; ${queued} wait now` : ''}.`,
        });
      }
    }
    const offset = Math.abs(member.clock_offset_ms ?? 0) - (member.answered_in_ms ?? 0) / 2;
    if (offset > CLOCKS_APART_MILLIS) {
      found.push({ level: 'warn', text: `The clock of ${member.name} is ${clock(member)}: times of its streams are wrong by as much.` });
    }
    if ((member.seen?.rejoined ?? 0) > 0) {
      found.push({
        level: 'warn',
        text: `${member.name} has seen ${counted(member.seen?.rejoined ?? 0, 'member')} come back that had not ended: the network was split, or a machine stood still.`,
      });
    }
  }
  const versions = [...new Set(members.map(({ version }) => version))].sort();
  if (versions.length > 1) {
    found.push({ level: 'warn', text: `Members have different versions: ${versions.join(', ')}.` });
  }
  return found.sort((a, b) => Number(a.level === 'warn') - Number(b.level === 'warn'));
}

/**
 * @param {Member} member
 * @returns {string} how its clock is against that of the member that answered
 */
export function clock({ clock_offset_ms: offset, answered_in_ms: roundTrip }) {
  if (offset === undefined) {
    return '–';
  }
  const off = Math.abs(offset);
  if (off <= Math.max(1, (roundTrip ?? 0) / 2)) {
    return 'alike';
  }
  const text = off < 1000 ? `${Math.round(off)} ms` : age(off / 1000);
  return offset > 0 ? `${text} ahead` : `${text} behind`;
}

/**
 * @param {number|undefined} used
 * @param {number|undefined} all
 * @returns {{share: number, level: 'good'|'warn'}|undefined} how much of it is used, 0 to 1
 */
export function used(used, all) {
  if (used === undefined || !all || all <= 0) {
    return undefined;
  }
  const share = Math.min(1, Math.max(0, used / all));
  return { share, level: share > NEARLY ? 'warn' : 'good' };
}

/** @param {number|undefined} bytes */
export function mebibytes(bytes) {
  return bytes === undefined ? '–' : `${number(bytes / 1_048_576)} MiB`;
}

/** What figures of services are called for people, in the order in which they are shown. */
const FIGURES = /** @type {const} */ ([
  ['mediamesh_gateway_viewers', 'viewers'],
  ['mediamesh_gateway_connections', 'connections'],
  ['mediamesh_webrtc_sessions', 'WebRTC sessions'],
  ['mediamesh_hub_broadcasts', 'broadcasts'],
  ['mediamesh_gateway_live_sessions', 'live sessions'],
  ['mediamesh_gateway_audio_consumers', 'listeners'],
  ['mediamesh_recorder_active', 'recordings'],
  ['mediamesh_tracking_sessions', 'tracking sessions'],
]);

/**
 * @param {Member} member
 * @returns {string} for example `12 connections, 2 recordings`; empty where there is nothing
 */
export function busyWith({ figures = {} }) {
  return FIGURES.filter(([key]) => (figures[key] ?? 0) > 0)
    .map(([key, words]) => `${number(figures[key])} ${figures[key] === 1 ? words.replace(/s$/, '') : words}`)
    .join(', ');
}

/**
 * @param {Member} member
 * @returns {{stream: string, topics: {topic: string, subscribers: number, rate: number, epoch: number}[]}[]} what it
 *     produces, stream by stream
 */
export function producedStreams({ produces }) {
  /** @type {Map<string, {topic: string, subscribers: number, rate: number, epoch: number}[]>} */
  const streams = new Map();
  for (const { stream, ...topic } of produces?.topics ?? []) {
    streams.set(stream, [...(streams.get(stream) ?? []), topic]);
  }
  return [...streams].map(([stream, topics]) => ({ stream, topics }));
}
