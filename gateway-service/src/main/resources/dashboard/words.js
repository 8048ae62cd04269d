/** @import {Stream} from './types.js' */

/** A live picture that did not change for longer than this is called stale. */
const STALE_MILLIS = 3000;

/**
 * What a person should know about a tile that shows no live picture.
 *
 * @typedef {object} Notice
 * @property {'info'|'busy'|'warn'|'bad'} level
 * @property {string} title
 * @property {string} [detail]
 * @property {string} [action] label of a button that asks for the stream once more
 */

/**
 * @param {object} seen
 * @param {Stream} seen.stream
 * @param {boolean} seen.online whether the server answers
 * @param {boolean} seen.paused whether the viewer paused the tile
 * @param {boolean} seen.retrying whether the viewer has just asked to try a stream again that is over
 * @param {string} seen.note what the connection said last
 * @param {number|undefined} seen.frameAgeMillis since the last frame came, if one did
 * @param {number} seen.askedMillis since the picture was asked for; 0 when it is not
 * @param {number} seen.retryMillis until the next attempt to connect; 0 when connected or not asked for
 * @param {number} seen.sinceSeconds how long the stream has been in its state
 * @returns {Notice|undefined} nothing when all is well
 */
export function notice({ stream, online, paused, retrying, note, frameAgeMillis, askedMillis, retryMillis, sinceSeconds }) {
  const reason = stream.reason || note;
  if (!online) {
    return { level: 'warn', title: 'No connection to the server', detail: 'The picture is the last one that came.' };
  }
  const over = stream.state === 'failed' || stream.state === 'ended';
  if (over && retrying) {
    return { level: 'busy', title: 'Asking for it again' };
  }
  if (stream.state === 'failed') {
    return { level: 'bad', title: 'This stream failed', detail: reason || 'The server gave no reason.', action: 'Try again' };
  }
  if (paused) {
    return { level: 'info', title: 'Paused', detail: 'Nothing is fetched for this tile.' };
  }
  if (stream.state === 'ended') {
    return { level: 'info', title: 'The source came to its end', detail: reason, action: 'Start again' };
  }
  if (stream.state === 'reconnecting') {
    return {
      level: 'warn',
      title: `The source was lost ${age(sinceSeconds)} ago and is being opened again`,
      detail: reason,
    };
  }
  if (soundOnly(stream)) {
    return { level: 'info', title: 'Sound only', detail: 'This source has no picture.' };
  }
  if (askedMillis === 0) {
    return undefined;
  }
  const waitedMillis = Math.min(frameAgeMillis ?? Infinity, askedMillis);
  if (retryMillis > 0) {
    return {
      level: 'warn',
      title: 'The connection for this picture was lost',
      detail: sentence(note, `Trying again in ${Math.ceil(retryMillis / 1000)} s.`),
    };
  }
  if (stream.state === 'live' && waitedMillis > STALE_MILLIS) {
    const serverSees = (stream.last_frame_age_seconds ?? Infinity) * 1000 < STALE_MILLIS;
    return {
      level: 'warn',
      title: `No picture for ${age(waitedMillis / 1000)}`,
      detail: note || (serverSees ? 'The server has frames, but none arrives here.' : 'The source sends nothing.'),
    };
  }
  if (frameAgeMillis === undefined || (stream.state !== 'live' && frameAgeMillis > STALE_MILLIS)) {
    return { level: 'busy', title: 'Opening the source', detail: waitedMillis > STALE_MILLIS ? reason : '' };
  }
  return undefined;
}

/** @param {Stream} stream */
export function soundOnly(stream) {
  return stream.state === 'live' && !stream.video && Boolean(stream.audio);
}

/**
 * @param {string} text
 * @param {string} after
 */
function sentence(text, after) {
  return text ? `${text.replace(/[.\s]*$/, '')}. ${after}` : after;
}

/**
 * @param {number|undefined|null} seconds
 * @returns {string} for example `0.3 s`, `12 s`, `4 min`
 */
export function age(seconds) {
  if (seconds === undefined || seconds === null || !Number.isFinite(seconds)) {
    return '–';
  }
  const positive = Math.max(0, seconds);
  if (positive < 9.95) {
    return `${positive.toFixed(1)} s`;
  }
  if (positive < 120) {
    return `${Math.round(positive)} s`;
  }
  if (positive < 7200) {
    return `${Math.round(positive / 60)} min`;
  }
  return positive < 172_800 ? `${Math.round(positive / 3600)} h` : `${Math.round(positive / 86_400)} days`;
}

/**
 * @param {number|undefined|null} value
 * @returns {string} for example `38 ms`, `1.4 s`
 */
export function millis(value) {
  if (value === undefined || value === null || !Number.isFinite(value)) {
    return '–';
  }
  if (Math.abs(value) >= 1000) {
    return `${(value / 1000).toFixed(1)} s`;
  }
  return `${Math.abs(value) < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/**
 * How long something took between two clocks that are only known so well to each other.
 *
 * @param {number|undefined} value in milliseconds; below nothing where the clocks' difference is larger than it
 * @param {number} uncertainty in milliseconds, either way
 * @returns {string|undefined} for example `38 ms`, `under 4.0 ms`; undefined where nothing is known
 */
export function delay(value, uncertainty) {
  if (value === undefined) {
    return undefined;
  }
  if (value > 0) {
    return millis(value);
  }
  return Number.isFinite(uncertainty) ? `under ${millis(Math.max(1, value + uncertainty))}` : undefined;
}

/**
 * @param {number|undefined|null} value
 * @param {number} [digits] after the point
 */
export function number(value, digits = 0) {
  return value === undefined || value === null || !Number.isFinite(value)
    ? '–'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * @param {string} url of a source
 * @param {ReadonlyArray<string>} taken ids that are in use
 * @returns {string} an id that says where the stream comes from, for example `clip` for `file:///clip.mp4`
 */
export function suggestedId(url, taken) {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(url.trim()) ?? [];
  const path = rest.replace(/[?#].*$/, '').replace(/\/+$/, '');
  const host = /^\/\/(?:[^@/]*@)?([^/:]*)/.exec(path)?.[1] ?? '';
  const last = path.replace(/^\/\/[^/]*/, '').split('/').pop() ?? '';
  const stem = last.replace(/\.[a-z0-9]{1,5}$/i, '') || host || scheme;
  const id = stem.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '').slice(0, 60);
  if (id === '') {
    return '';
  }
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? id : `${id}-${number}`;
    if (!taken.includes(candidate)) {
      return candidate;
    }
  }
}
