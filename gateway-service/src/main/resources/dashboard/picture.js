import { html } from 'lit';
import { boxesFor, drawBoxes } from './boxes.js';
import { PageElement } from './element.js';
import { NewestWins } from './newest.js';
/** @import {Detections, FrameHeader} from './types.js' */

/**
 * Shows frames on a canvas, or plays media that comes over WebRTC. Decodes frames away from the main thread, paints once per screen refresh, and never queues: a
 * frame that comes while another is being decoded takes the place of the one that waits.
 *
 * Fires `shown` with the header of each frame painted, and `played` for each picture of the media.
 */
class LivePicture extends PageElement {
  static properties = { label: {} };

  #slot = new NewestWins((frame) => this.#paint(frame));
  /** @type {string[]|undefined} */
  #colours;
  /** Pictures of the media that were counted so far. */
  #counted = 0;

  /** @type {() => Detections|undefined} boxes to draw over the next frame */
  boxes = () => undefined;

  constructor() {
    super();
    this.label = '';
  }

  /** Frames that were received and never painted. */
  get skipped() {
    return this.#slot.replaced + (this.#video?.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0);
  }

  get #video() {
    return this.querySelector('video');
  }

  get #canvas() {
    return this.querySelector('canvas');
  }

  /**
   * @param {FrameHeader} header
   * @param {ArrayBuffer} jpeg
   */
  show(header, jpeg) {
    this.#slot.offer({ header, jpeg });
  }

  /** @param {MediaStream|undefined} media nothing ends the playing; the last picture stays on the canvas */
  play(media) {
    const video = this.#video;
    if (video === null || video.srcObject === (media ?? null)) {
      return;
    }
    if (media === undefined) {
      this.#keepLast(video);
    }
    this.#counted = 0;
    video.srcObject = media ?? null;
    if (media !== undefined) {
      video.play().catch(() => {});
      this.#follow(video, media);
    }
  }

  /** Counts what was played where the browser does not tell of each picture, for example of a tile just out of sight. */
  look() {
    const video = this.#video;
    const total = video?.srcObject ? (video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0) : 0;
    if (video && total > this.#counted) {
      this.#played(video, total);
    }
  }

  /**
   * @param {HTMLVideoElement} video
   * @param {MediaStream} media
   */
  #follow(video, media) {
    video.addEventListener('loadeddata', () => video.srcObject === media && this.look(), { once: true });
    const next = () =>
      video.requestVideoFrameCallback?.((_, { presentedFrames }) => {
        if (video.srcObject === media) {
          this.#played(video, Math.max(presentedFrames, this.#counted + 1));
          next();
        }
      });
    next();
  }

  /**
   * @param {HTMLVideoElement} video
   * @param {number} total
   */
  #played(video, total) {
    const pictures = total - this.#counted;
    this.#counted = total;
    this.toggleAttribute('data-playing', true);
    this.dispatchEvent(
      new CustomEvent('played', { detail: { width: video.videoWidth, height: video.videoHeight, pictures } }),
    );
  }

  /** @param {HTMLVideoElement} video */
  #keepLast(video) {
    if (this.hasAttribute('data-playing')) {
      this.toggleAttribute('data-playing', false);
      this.#draw(video, video.videoWidth, video.videoHeight);
    }
  }

  render() {
    return html`
      <canvas role="img" aria-label=${this.label} width="640" height="360"></canvas>
      <video data-testid="video" aria-label=${this.label} .muted=${true} muted autoplay playsinline></video>
    `;
  }

  /**
   * @param {CanvasImageSource} picture
   * @param {number} width
   * @param {number} height
   */
  #draw(picture, width, height) {
    const canvas = this.#canvas;
    const context = canvas?.getContext('2d', { alpha: false });
    if (!canvas || !context || width === 0 || height === 0) {
      return undefined;
    }
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.drawImage(picture, 0, 0);
    return context;
  }

  /** @param {{header: FrameHeader, jpeg: ArrayBuffer}} frame */
  async #paint({ header, jpeg }) {
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
    await new Promise((painted) => requestAnimationFrame(painted));
    const context = this.#draw(bitmap, bitmap.width, bitmap.height);
    if (context) {
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
