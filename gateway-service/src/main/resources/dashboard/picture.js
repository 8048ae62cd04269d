import { html } from 'lit';
import { boxesFor, drawBoxes } from './boxes.js';
import { PageElement } from './element.js';
import { NewestWins } from './newest.js';
/** @import {Detections, FrameHeader} from './types.js' */

/**
 * Shows frames on a canvas. Decodes away from the main thread, paints once per screen refresh, and never queues: a
 * frame that comes while another is being decoded takes the place of the one that waits.
 *
 * Fires `shown` with the header of each frame painted.
 */
class LivePicture extends PageElement {
  static properties = { label: {} };

  #slot = new NewestWins((frame) => this.#paint(frame));
  /** @type {string[]|undefined} */
  #colours;

  /** @type {() => Detections|undefined} boxes to draw over the next frame */
  boxes = () => undefined;

  constructor() {
    super();
    this.label = '';
  }

  /** Frames that were received and never painted. */
  get skipped() {
    return this.#slot.replaced;
  }

  /**
   * @param {FrameHeader} header
   * @param {ArrayBuffer} jpeg
   */
  show(header, jpeg) {
    this.#slot.offer({ header, jpeg });
  }

  render() {
    return html`<canvas data-testid="picture" role="img" aria-label=${this.label} width="640" height="360"></canvas>`;
  }

  /** @param {{header: FrameHeader, jpeg: ArrayBuffer}} frame */
  async #paint({ header, jpeg }) {
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
    await new Promise((painted) => requestAnimationFrame(painted));
    const canvas = this.querySelector('canvas');
    const context = canvas?.getContext('2d', { alpha: false });
    if (canvas && context) {
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
      }
      context.drawImage(bitmap, 0, 0);
      drawBoxes(context, boxesFor(this.boxes(), { ...header, width: bitmap.width, height: bitmap.height }), this.#tones());
      this.dispatchEvent(new CustomEvent('shown', { detail: header }));
    }
    bitmap.close();
  }

  #tones() {
    this.#colours ??= Array.from({ length: 6 }, (_, tone) =>
      getComputedStyle(this).getPropertyValue(`--box-${tone}`).trim(),
    );
    return this.#colours;
  }
}

customElements.define('mm-picture', LivePicture);
