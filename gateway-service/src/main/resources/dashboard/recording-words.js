/** @import {Recording, RecordingFile, RecordingPart} from './types.js' */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** What became of a recording, for people. */
export const STATE_WORDS = {
  recording: 'Recording',
  finished: 'Finished',
  interrupted: 'Interrupted',
  failed: 'Failed',
};

/**
 * @param {number|undefined} seconds
 * @returns {string} for example `0:07`, `12:30`, `1:02:03`
 */
export function length(seconds) {
  if (seconds === undefined || !Number.isFinite(seconds)) {
    return '–';
  }
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return whole < 3600
    ? `${minutes}:${pad(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(whole % 60)}`;
}

/**
 * @param {number|undefined} bytes
 * @returns {string} for example `900 B`, `1.8 MB`; thousands, as file managers count
 */
export function size(bytes) {
  if (bytes === undefined || !Number.isFinite(bytes)) {
    return '–';
  }
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/**
 * @param {number} unixSeconds
 * @param {string} [zone] time zone; that of the browser where it is left out
 */
export function when(unixSeconds, zone) {
  return new Date(unixSeconds * 1000).toLocaleString('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: zone,
  });
}

/**
 * @param {RecordingPart[]} parts in order
 * @param {number} seconds from the beginning of the recording
 * @returns {RecordingPart|undefined} the part that has this moment, or the next one where nothing was recorded
 */
export function partAt(parts, seconds) {
  return parts.find(({ start, duration }) => seconds < start + duration) ?? parts.at(-1);
}

/**
 * @param {RecordingPart[]} parts
 * @returns {number} seconds from the beginning of the recording to its end, with what lies between the parts
 */
export function span(parts) {
  return parts.reduce((end, { start, duration }) => Math.max(end, start + duration), 0);
}

/**
 * @param {RecordingFile[]} files
 * @param {number} part
 * @returns {RecordingFile|undefined} what a player plays of a part: its pictures with their sound, or its sound
 */
export function mediaOf(files, part) {
  const own = files.filter((file) => file.part === part);
  return own.find(({ type }) => type.startsWith('video/')) ?? own.find(({ type }) => type.startsWith('audio/'));
}
