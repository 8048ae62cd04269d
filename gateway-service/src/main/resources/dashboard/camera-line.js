import { html, nothing } from 'lit';
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
