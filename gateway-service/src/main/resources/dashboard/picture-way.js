import { html } from 'lit';
/** @import {Pin} from './carrier.js' */

/** @type {{pin: Pin, label: string}[]} */
const PINS = [
  { pin: 'auto', label: 'Auto: WebRTC, else WebSocket' },
  { pin: 'webrtc', label: 'WebRTC only' },
  { pin: 'websocket', label: 'WebSocket only' },
];
const NAMES = { webrtc: 'WebRTC', websocket: 'WebSocket' };
const KEY = 'mediamesh.picture-way.';

/**
 * @param {string} streamId
 * @returns {Pin} the way that the viewer has chosen for the pictures of a stream
 */
export function rememberedPin(streamId) {
  try {
    const pin = localStorage.getItem(KEY + streamId);
    return PINS.find((known) => known.pin === pin)?.pin ?? 'auto';
  } catch {
    return 'auto';
  }
}

/**
 * @param {string} streamId
 * @param {Pin} pin
 */
export function rememberPin(streamId, pin) {
  try {
    if (pin === 'auto') {
      localStorage.removeItem(KEY + streamId);
    } else {
      localStorage.setItem(KEY + streamId, pin);
    }
  } catch {
    // it holds until the page is closed
  }
}

/**
 * The badge that says which way the pictures come, and the choice behind it.
 *
 * @param {object} seen
 * @param {string} seen.streamId
 * @param {Pin} seen.pin
 * @param {'webrtc'|'websocket'|undefined} seen.carriedBy
 * @param {boolean} seen.overlay whether boxes are drawn here, for which the pictures come over the WebSocket
 * @param {string} seen.fault why it is not WebRTC
 * @param {(pin: Pin) => void} seen.onPin
 */
export function pictureWay({ streamId, pin, carriedBy, overlay, fault, onPin }) {
  const way = carriedBy ?? (pin === 'websocket' ? 'websocket' : 'webrtc');
  const why = overlay
    ? 'Boxes drawn here need the time of each picture, which only the WebSocket tells.'
    : way === 'websocket' && fault !== ''
      ? `WebRTC does not work now: ${fault.replace(/\.$/, '')}. It is tried again from time to time.`
      : 'Which way the pictures come';
  return html`
    <label class="way" title=${why}>
      <span data-testid="picture-way" data-way=${carriedBy ?? ''} data-pin=${pin}>${NAMES[way]}</span>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m7 10 5 5 5-5" /></svg>
      <select
        data-testid="picture-way-choice"
        aria-label="Which way the pictures of ${streamId} come"
        .value=${pin}
        @change=${(/** @type {any} */ event) => onPin(event.target.value)}
      >
        ${PINS.map((option) => html`<option value=${option.pin} ?selected=${option.pin === pin}>${option.label}</option>`)}
      </select>
    </label>
  `;
}
