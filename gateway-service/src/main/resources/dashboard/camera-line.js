import { html, nothing } from 'lit';
import { stopIcon, turnIcon } from './icons.js';
/** @import {CameraPublisher} from './publisher.js' */

const STATES = { connecting: 'Connecting', live: 'Live', reconnecting: 'Reconnecting', failed: 'Failed', stopped: 'Stopped' };

/**
 * How the camera of this browser does, with what can be done about it.
 *
 * @param {object} seen
 * @param {CameraPublisher} seen.camera
 * @param {string} [seen.title] where nothing else says whose state it is
 * @param {string|undefined} [seen.delay] from the arrival of a picture at the server until its intensity was here
 * @param {unknown} seen.buttons
 */
export function cameraLine({ camera, title, delay, buttons }) {
  return html`
    <div class="camera-line" data-testid="camera-line" data-state=${camera.state}>
      ${title ? html`<b>${title}</b>` : nothing}
      <span class="camera-state" data-testid="camera-state" data-state=${camera.state} role="status"
        ><i></i>${STATES[camera.state]}</span
      >
      <span class="camera-reason" data-testid="camera-reason"
        >${camera.reason !== ''
          ? camera.reason
          : camera.state === 'live' && delay !== undefined
            ? html`<span title="From the arrival of a picture at the server until its intensity was back in this browser"
                >intensity after <b>${delay}</b></span
              >`
            : nothing}</span
      >
      ${buttons}
    </div>
  `;
}

/**
 * What can be done about a camera that is sent.
 *
 * @param {CameraPublisher} camera
 */
export function cameraButtons(camera) {
  return html`<span class="camera-buttons">
    ${camera.facing === ''
      ? nothing
      : html`<button type="button" class="small" data-testid="camera-turn" data-facing=${camera.facing} @click=${() => camera.turn()}>
          ${turnIcon}<span>${camera.facing === 'user' ? 'Back camera' : 'Front camera'}</span>
        </button>`}
    <button type="button" class="small danger" data-testid="camera-stop" @click=${() => camera.stop()}>${stopIcon}<span>Stop</span></button>
  </span>`;
}
