/** What a person should know of a broadcast, in words. */

/** Advice that a page has a field for. */
const FOR_PROGRAMS = / with \?stream=$/;

/** What viewers get as text when a broadcast is over. */
export const HAS_ENDED = 'stream has ended';

/**
 * @typedef {object} Region of an object in a frame
 * @property {number} mask_index
 * @property {{x_min: number, y_min: number, x_max: number, y_max: number, width: number, height: number}} bounding_box
 * @property {{x: number, y: number}} [centroid]
 * @property {number} [area_pixels]
 * @property {[number, number][]} [outline] corners of a polygon around its pixels
 *
 * @typedef {{frame_index?: number, masks_detected?: number, regions?: Region[]}} Metadata of a frame; empty where nothing is known
 *
 * @typedef {'off'|'marking'|'following'|'lost'|'untracked'} Following
 */

/**
 * @param {Metadata} metadata
 * @returns {Region[]} those that have a place, whatever a service outside said
 */
export function regionsOf(metadata) {
  const regions = Array.isArray(metadata?.regions) ? metadata.regions : [];
  return regions.filter((region) => {
    const { x_min, y_min, x_max, y_max } = region?.bounding_box ?? {};
    return [x_min, y_min, x_max, y_max].every(Number.isFinite);
  });
}

/**
 * @param {{outline?: unknown}} region
 * @returns {[number, number][]} at least three corners, or none where a service outside says nothing or nonsense
 */
export function outlineOf({ outline }) {
  const isPolygon =
    Array.isArray(outline) &&
    outline.length >= 3 &&
    outline.every((corner) => Array.isArray(corner) && corner.length === 2 && corner.every(Number.isFinite));
  return isPolygon ? outline : [];
}

/**
 * @param {Metadata} metadata of a frame
 * @param {boolean} [asked] whether its broadcaster wanted to know; viewers can't tell
 * @returns {Following}
 */
export function followingOf(metadata, asked) {
  if (regionsOf(metadata).length > 0) {
    return 'following';
  }
  if (metadata?.masks_detected !== undefined) {
    return 'lost';
  }
  return asked ? 'untracked' : 'off';
}

/**
 * @param {Following} following
 * @param {object} [details]
 * @param {number} [details.objects]
 * @param {string} [details.reason] why nothing is known
 */
export function followingText(following, { objects = 1, reason = '' } = {}) {
  switch (following) {
    case 'off':
      return 'Nothing marked';
    case 'marking':
      return 'Looking at what you marked';
    case 'following':
      return objects === 1 ? 'Following' : `Following ${objects} objects`;
    case 'lost':
      return 'Lost: not seen just now';
    case 'untracked':
      return `No tracking: ${reason || 'no answer for this picture'}`;
  }
}

/**
 * Why frames come without regions, as far as the server's health tells.
 *
 * @param {{services?: Record<string, {ready?: boolean, detail?: string}>}} health
 */
export function whyUntracked({ services }) {
  const tracking = services?.tracking;
  if (services !== undefined && tracking === undefined) {
    return 'no member of this mesh tracks objects, and no service outside answers';
  }
  if (tracking?.ready === false) {
    return tracking.detail || 'the tracking is not ready';
  }
  return 'it gave no answer for this picture; if that goes on, mark the object once more';
}

/**
 * @param {object} link
 * @param {string} link.status
 * @param {number} link.code of the last closing
 * @param {string} link.reason of it
 */
export function linkFault({ status, code, reason }) {
  if (status !== 'ended' && status !== 'waiting') {
    return '';
  }
  const said = reason ? sentence(reason.replace(FOR_PROGRAMS, '')) : 'The connection broke off.';
  if (status === 'waiting') {
    return `${said} Connecting again …`;
  }
  switch (code) {
    case 4409:
      return reason ? said : 'Somebody else has this name. Choose another one.';
    case 1009:
      return `${said} Choose a smaller size.`;
    default:
      return reason ? said : 'The server closed the connection.';
  }
}

/** @param {string} text */
export function sentence(text) {
  const whole = `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}

/**
 * @param {string} text of the server
 * @returns {string} what it says is wrong; nothing where it says something else
 */
export function errorIn(text) {
  if (text.length > 4096) {
    return '';
  }
  const message = parsed(text);
  return message?.type === 'error' ? sentence(String(message.message ?? '')) : '';
}

/** @param {string} text */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {import('./types.js').Stream} stream */
export function isBroadcast({ source }) {
  return source?.url?.startsWith('broadcast:') ?? false;
}
