import { html, nothing, svg } from 'lit';
import { PageElement } from './element.js';
import { bytesOf, pictureType } from './frame-text.js';
import { outlineOf, regionsOf } from './hub-words.js';
import { NewestWins } from './newest.js';
import { between, inPicture, inTheMiddle, isTooSmall, moved, rounded, stretched } from './rectangle.js';
/** @import {Metadata, Region} from './hub-words.js' */
/** @import {Rectangle} from './rectangle.js' */

const TONES = 6;
/** Of the picture's longer side, for an arrow key. */
const STEP = 1 / 80;

/**
 * The picture of a broadcast, with what is known of it drawn over it. Where something may be marked, a rectangle is drawn with
 * the mouse, a finger or the arrow keys; the picture stands still meanwhile.
 *
 * Fires `mark` with the rectangle and the picture in which it was drawn, and `placing` when a rectangle begins or ceases to
 * wait for keys.
 */
class HubPicture extends PageElement {
  static properties = {
    label: {},
    canMark: { attribute: false },
    regions: { state: true },
    size: { state: true },
    rectangle: { state: true },
    byKeys: { state: true },
  };

  #slot = new NewestWins((frame) => this.#paint(frame));
  /** @type {string|undefined} the frame that is seen */
  #seen;
  /** @type {{pointer: number, x: number, y: number}|undefined} where a rectangle was begun */
  #begun;

  constructor() {
    super();
    this.label = '';
    this.canMark = false;
    /** @type {Region[]} */
    this.regions = [];
    this.size = { width: 640, height: 480 };
    /** @type {Rectangle|undefined} the one that is being drawn */
    this.rectangle = undefined;
    /** Whether the rectangle waits for keys. */
    this.byKeys = false;
  }

  /**
   * @param {string} frame in base64
   * @param {Metadata} metadata
   */
  show(frame, metadata) {
    this.#slot.offer({ frame, metadata });
  }

  /**
   * Shows what is about to be sent, until the first frame has come back.
   *
   * @param {CanvasImageSource} picture
   * @param {{width: number, height: number}} size
   */
  preview(picture, size) {
    if (this.#seen === undefined && size.width > 0) {
      this.#draw(picture, size);
    }
  }

  /** Forgets what was shown; the last picture stays. */
  clear() {
    this.#slot.clear();
    this.#seen = undefined;
    this.regions = [];
    this.cancel();
  }

  /** Begins a rectangle in the middle of the picture, for keys and buttons. */
  begin() {
    if (this.canMark && this.#seen !== undefined) {
      this.rectangle = inTheMiddle(this.size);
      this.byKeys = true;
      this.#changed();
      /** @type {HTMLElement|null} */ (this.querySelector('.stage'))?.focus();
    }
  }

  /** What was drawn is meant. */
  finish() {
    const { rectangle } = this;
    const frame = this.#seen;
    this.cancel();
    if (rectangle && frame && !isTooSmall(rectangle)) {
      this.dispatchEvent(new CustomEvent('mark', { detail: { rectangle: rounded(rectangle), frame } }));
    }
  }

  cancel() {
    this.rectangle = undefined;
    this.byKeys = false;
    this.#begun = undefined;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent('placing', { detail: this.byKeys }));
  }

  /** @param {{frame: string, metadata: Metadata}} shown */
  async #paint({ frame, metadata }) {
    const bytes = bytesOf(frame);
    if (this.rectangle || bytes === undefined) {
      return;
    }
    const bitmap = await createImageBitmap(new Blob([/** @type {BlobPart} */ (bytes)], { type: pictureType(bytes) }));
    // Nothing is painted in a page that nobody sees, but it is still known where the objects are.
    await Promise.race([new Promise(requestAnimationFrame), new Promise((late) => setTimeout(late, 200))]);
    if (!this.rectangle) {
      this.#draw(bitmap, bitmap);
      this.#seen = frame;
      this.regions = regionsOf(metadata);
    }
    bitmap.close();
  }

  /**
   * @param {CanvasImageSource} picture
   * @param {{width: number, height: number}} size
   */
  #draw(picture, { width, height }) {
    const canvas = this.querySelector('canvas');
    if (canvas === null) {
      return;
    }
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
    }
    if (this.size.width !== width || this.size.height !== height) {
      this.size = { width, height };
    }
    canvas.getContext('2d', { alpha: false })?.drawImage(picture, 0, 0, width, height);
  }

  /** @param {PointerEvent} event */
  #at(event) {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    return inPicture({ x: event.clientX - box.left, y: event.clientY - box.top }, box, this.size);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.canMark || this.#seen === undefined || event.button !== 0 || !event.isPrimary) {
      return;
    }
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    const point = this.#at(event);
    this.#begun = { pointer: event.pointerId, ...point };
    this.rectangle = between(point, point);
    this.byKeys = false;
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#begun?.pointer === event.pointerId) {
      this.rectangle = between(this.#begun, this.#at(event));
    }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (this.#begun?.pointer === event.pointerId) {
      this.rectangle = between(this.#begun, this.#at(event));
      this.finish();
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.canMark || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { rectangle, size } = this;
    if (rectangle === undefined) {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.begin();
      }
      return;
    }
    const step = Math.max(size.width, size.height) * STEP;
    const by = {
      ArrowLeft: { x: -step, y: 0 },
      ArrowRight: { x: step, y: 0 },
      ArrowUp: { x: 0, y: -step },
      ArrowDown: { x: 0, y: step },
    }[event.key];
    if (by) {
      this.rectangle = (event.shiftKey ? stretched : moved)(rectangle, by, size);
    } else if (event.key === 'Enter') {
      this.finish();
    } else if (event.key === 'Escape') {
      this.cancel();
    } else {
      return;
    }
    event.preventDefault();
  }

  render() {
    const { width, height } = this.size;
    return html`
      <div
        class="stage"
        data-testid="stage"
        role=${this.canMark ? 'application' : 'img'}
        aria-roledescription=${this.canMark ? 'picture to mark something in' : nothing}
        aria-label=${this.label}
        aria-describedby=${this.canMark ? 'mark-hint' : nothing}
        tabindex=${this.canMark ? 0 : nothing}
        ?data-markable=${this.canMark}
        @pointerdown=${this.#down}
        @pointermove=${this.#move}
        @pointerup=${this.#up}
        @pointercancel=${this.cancel}
        @keydown=${this.#key}
      >
        <canvas width="640" height="480" aria-hidden="true"></canvas>
        <svg
          data-testid="overlay"
          data-size="${width}x${height}"
          viewBox="0 0 ${width} ${height}"
          preserveAspectRatio="xMidYMid meet"
          aria-hidden="true"
        >
          ${this.rectangle ? this.#drawn(this.rectangle) : this.regions.map((region) => this.#region(region))}
        </svg>
      </div>
    `;
  }

  /** Pixels of the picture that are one of the page. */
  #unit() {
    const { clientWidth = 0, clientHeight = 0 } = this.querySelector('.stage') ?? {};
    return Math.max(this.size.width / (clientWidth || 640), this.size.height / (clientHeight || 480));
  }

  /** @param {Region} region */
  #region(region) {
    const { mask_index: index, bounding_box: { x_min: x, y_min: y, x_max, y_max }, centroid } = region;
    const outline = outlineOf(region);
    const unit = this.#unit();
    const text = String(index ?? 0);
    const tag = { width: (10 + 8 * text.length) * unit, height: 18 * unit };
    const top = y >= tag.height ? y - tag.height : y;
    return svg`
      <g data-testid="region" data-index=${text} class="tone-${Math.abs(Number(index) || 0) % TONES}">
        ${
          outline.length > 0
            ? svg`<polygon class="outline" data-testid="outline" points=${outline.join(' ')} transform="translate(0.5 0.5)" />`
            : nothing
        }
        <rect class="halo" x=${x} y=${y} width=${Math.max(0, x_max - x)} height=${Math.max(0, y_max - y)} />
        <rect class="box" x=${x} y=${y} width=${Math.max(0, x_max - x)} height=${Math.max(0, y_max - y)} />
        ${
          centroid && Number.isFinite(centroid.x) && Number.isFinite(centroid.y)
            ? svg`<circle class="centre" cx=${centroid.x} cy=${centroid.y} r=${3.5 * unit} />`
            : nothing
        }
        <rect class="tag" x=${x} y=${top} width=${tag.width} height=${tag.height} />
        <text x=${x + tag.width / 2} y=${top + 13.5 * unit} font-size=${13 * unit}>${text}</text>
      </g>
    `;
  }

  /** @param {Rectangle} rectangle */
  #drawn({ x1, y1, x2, y2 }) {
    const { width, height } = this.size;
    return svg`
      <path
        class="outside"
        fill-rule="evenodd"
        d="M0 0H${width}V${height}H0ZM${x1} ${y1}H${x2}V${y2}H${x1}Z"
      />
      <rect class="drawn" data-testid="drawn" x=${x1} y=${y1} width=${x2 - x1} height=${y2 - y1} />
    `;
  }
}

customElements.define('mm-hub-picture', HubPicture);
