/** @import {Detections} from './types.js' */

/** A result holds so long when no other follows, like in the live picture. */
const HOLDS_SECONDS = 1;
/** Whoever was not seen for so long appears anew. */
const AWAY_SECONDS = 2;
/** Results come a moment after their picture; a player stops a little before a frame. */
const SLACK_SECONDS = 0.02;
/** More than this a page need not hold. */
export const MOST_EVENTS = 200_000;

/**
 * @typedef {object} Mark a moment worth going to
 * @property {number} t seconds from the beginning of the recording
 * @property {'seen'|'gap'|'part'|'state'} kind
 * @property {string} text
 */

/** What is known of a recording, line by line of its `events.jsonl`, in the order of time. */
export class RecordedEvents {
  /** @type {{t: number, found: Detections}[]} */
  #detections = [];
  /** @type {Map<string, number>} when each label was seen last */
  #seenAt = new Map();
  #rest = '';
  #count = 0;

  /** @type {{t: number, value: number}[]} mean brightness of each picture, 0 to 255 */
  intensity = [];
  /** @type {Mark[]} */
  marks = [];

  /** Whether there was more than this page holds. */
  get full() {
    return this.#count >= MOST_EVENTS;
  }

  /**
   * Takes some more of the file; what comes after its last line break waits for the rest.
   *
   * @param {string} text
   */
  take(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = parsed(line);
      if (event !== undefined && !this.full) {
        this.#count += 1;
        this.#add(event);
      }
    }
    // What took longer to come out comes later in the file.
    for (const list of [this.#detections, this.intensity, this.marks]) {
      list.sort((a, b) => a.t - b.t);
    }
  }

  /**
   * @param {number} t seconds from the beginning of the recording
   * @returns {Detections|undefined} what was found in the picture of this moment
   */
  detectionsAt(t) {
    const index = lastAtMost(this.#detections, t + SLACK_SECONDS);
    const nearest = this.#detections[index];
    return nearest !== undefined && t - nearest.t <= HOLDS_SECONDS ? nearest.found : undefined;
  }

  /** @param {any} event */
  #add(event) {
    if (event.topic === 'intensity' && Number.isFinite(event.data?.current_intensity)) {
      this.intensity.push({ t: event.t, value: event.data.current_intensity });
    } else if (event.topic === 'detections' && Array.isArray(event.data?.objects)) {
      this.#detections.push({ t: event.t, found: { ...event.data, timestamp: event.t } });
      this.#markSeen(event.t, event.data.objects);
    } else if (event.type === 'gap' || event.type === 'part' || event.type === 'state') {
      this.marks.push({ t: event.t, kind: event.type, text: described(event) });
    }
  }

  /**
   * @param {number} t
   * @param {{label: string}[]} objects
   */
  #markSeen(t, objects) {
    const labels = [...new Set(objects.map(({ label }) => label))];
    const news = labels.filter((label) => t - (this.#seenAt.get(label) ?? -Infinity) > AWAY_SECONDS);
    labels.forEach((label) => this.#seenAt.set(label, t));
    if (news.length > 0) {
      this.marks.push({ t, kind: 'seen', text: news.join(', ') });
    }
  }
}

/**
 * The highest and the lowest value of each column of a chart.
 *
 * @param {{t: number, value: number}[]} points in the order of time
 * @param {number} columns
 * @param {number} seconds that the chart spans
 * @returns {({low: number, high: number}|undefined)[]} undefined where nothing is known
 */
export function columnsOf(points, columns, seconds) {
  /** @type {({low: number, high: number}|undefined)[]} */
  const result = Array.from({ length: columns });
  for (const { t, value } of points) {
    const column = Math.min(columns - 1, Math.floor((t / seconds) * columns));
    if (column >= 0 && seconds > 0) {
      const present = result[column];
      result[column] = present
        ? { low: Math.min(present.low, value), high: Math.max(present.high, value) }
        : { low: value, high: value };
    }
  }
  return result;
}

/** @param {any} event */
function described(event) {
  const about = [event.reason, event.text, event.state, event.topic].filter((word) => typeof word === 'string' && word);
  const words = { gap: 'Gap', part: `Part ${event.part ?? ''}`.trim(), state: 'Stream' };
  const word = words[/** @type {'gap'|'part'|'state'} */ (event.type)];
  return about.length > 0 ? `${word}: ${about.join(', ')}` : word;
}

/** @param {string} line */
function parsed(line) {
  try {
    const event = JSON.parse(line);
    return Number.isFinite(event?.t) ? event : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {{t: number}[]} sorted
 * @param {number} t
 * @returns {number} index of the last one at or before t; -1 without
 */
function lastAtMost(sorted, t) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].t <= t) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
