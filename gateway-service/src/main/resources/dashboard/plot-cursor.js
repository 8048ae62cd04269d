/** @typedef {{left: number, top: number, right: number, bottom: number}} Area in CSS pixels of a canvas */

const STEP = 4;
const LONG_STEP = 20;
/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where a person points on a canvas that can have the focus: with a pointer, or with the arrow keys until Escape. */
export class PlotCursor {
  #area;
  #onChange;

  /** @type {{x: number, y: number}|undefined} within the area */
  place;

  /**
   * @param {object} options
   * @param {HTMLCanvasElement} options.canvas
   * @param {AbortSignal} options.signal ends it
   * @param {() => Area} options.area
   * @param {() => void} options.onChange
   */
  constructor({ canvas, signal, area, onChange }) {
    this.#area = area;
    this.#onChange = onChange;
    if (canvas.tabIndex < 0) {
      return;
    }
    canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => this.#move(offsetX, offsetY), { signal });
    canvas.addEventListener('pointerleave', () => this.#leave(), { signal });
    canvas.addEventListener('blur', () => this.#leave(), { signal });
    canvas.addEventListener('keydown', (event) => this.#key(event), { signal });
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #move(x, y) {
    const { left, top, right, bottom } = this.#area();
    this.place = { x: Math.min(Math.max(x, left), right), y: Math.min(Math.max(y, top), bottom) };
    this.#onChange();
  }

  #leave() {
    this.place = undefined;
    this.#onChange();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const direction = DIRECTIONS[event.key];
    if (event.key === 'Escape') {
      this.#leave();
    } else if (direction !== undefined) {
      event.preventDefault();
      const { left, top, right, bottom } = this.#area();
      const { x, y } = this.place ?? { x: (left + right) / 2, y: (top + bottom) / 2 };
      const step = event.shiftKey ? LONG_STEP : STEP;
      this.#move(x + direction[0] * step, y + direction[1] * step);
    }
  }
}
