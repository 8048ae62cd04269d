import { html, nothing } from 'lit';
import { tone } from './boxes.js';
import { age, number } from './words.js';
/** @import {Stream, View} from './types.js' */
/** @import {StreamWatch} from './watch.js' */

const MOST_DETECTIONS = 8;
/** Results that are older than this are shown faded. */
const STALE_MILLIS = 3000;

/**
 * @typedef {object} Seen what a tile knows of its stream
 * @property {Stream} stream
 * @property {StreamWatch|undefined} watch
 * @property {boolean} wanted whether the tile asks for data now
 */

/**
 * What is found in the picture, most confident first.
 *
 * @param {Seen & {view: View}} seen
 */
export function detectionsLine({ stream, watch, wanted, view }) {
  const found = watch?.detections?.objects ?? [];
  const stale = watch?.detections !== undefined && performance.now() - watch.detectionsAt > STALE_MILLIS;
  return html`
    <div class="detections ${stale ? 'stale' : ''}" data-testid="detections" aria-label="Objects found in the picture">
      ${found.length > 0
        ? html`<span class="muted"><b data-testid="detections-count">${found.length}</b> found</span>`
        : html`<span class="muted">${nothingFound({ stream, watch, wanted, view })}</span>`}
      ${found.slice(0, MOST_DETECTIONS).map(
        ({ label, confidence }) => html`
          <span class="chip" data-testid="detection" data-label=${label} data-tone=${tone(label)}
            ><i></i>${label} <b>${Math.round(confidence * 100)}%</b></span
          >
        `,
      )}
    </div>
  `;
}

/** @param {Seen & {view: View}} seen */
function nothingFound({ stream, watch, wanted, view }) {
  if (view === 'video') {
    return 'Nothing is detected for this view.';
  }
  if (stream.topics?.length && !stream.topics.includes('detections')) {
    return 'No service is there that detects anything.';
  }
  if (watch?.detections === undefined) {
    return wanted ? 'Waiting for the first detection result.' : 'No detection results.';
  }
  return 'Nothing found in the picture.';
}

/**
 * Subscribers, drops, age of the last frame, node.
 *
 * @param {Seen & {skipped: number, dropping: boolean}} seen `skipped` frames were received and never painted,
 *     `dropping` says that frames were lost a moment ago
 */
export function figuresList({ stream, watch, wanted, skipped, dropping }) {
  const late = watch?.dropped ?? 0;
  const frameAge = watch?.frameAt && wanted ? (performance.now() - watch.frameAt) / 1000 : stream.last_frame_age_seconds;
  return html`
    <dl class="figures">
      <div>
        <dt>Subscribers</dt>
        <dd data-testid="subscribers" title="Subscriptions to this stream in the whole mesh">${number(stream.subscribers)}</dd>
      </div>
      <div>
        <dt>Dropped</dt>
        <dd
          data-testid="dropped"
          class=${dropping ? 'some' : nothing}
          title="${late} by the server because this viewer was slow, ${skipped} in this page"
        >
          ${number(late + skipped)}
        </dd>
      </div>
      <div>
        <dt>Last frame</dt>
        <dd data-testid="frame-age">${age(frameAge)}</dd>
      </div>
      <div class="wide">
        <dt>Node</dt>
        <dd data-testid="node" title=${stream.node ?? ''}>${stream.node || '–'}</dd>
      </div>
    </dl>
  `;
}
