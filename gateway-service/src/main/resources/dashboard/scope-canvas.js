import { Plot } from './plot.js';
import { isNumber, linear, signed } from './scales.js';
import { traceOf } from './scope-trace.js';

/** The axis takes the smallest of these that holds the wave, and waits a while before it takes a smaller one. */
const RANGES = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const SHRINK_MILLIS = 1500;
const MOST_TICKS = 8;
/** A wave that fills the axis is not cut at its edges. */
const MARGIN = 4;

/** The wave as it is, over a few milliseconds, standing still where it is triggered. */
export class ScopeCanvas extends Plot {
  /** @type {import('./scope-trace.js').Trace|undefined} */
  trace;
  #range = 1;
  #neededAt = 0;

  get area() {
    return { left: 44, top: 10, right: this.width - 12, bottom: this.height - 22 };
  }

  /**
   * @param {any} message
   * @param {number} now
   */
  take(message, now) {
    this.trace = traceOf(message);
    const size = Math.max(0, ...this.trace.channels.flatMap(({ low, high }) => [...low.map(Math.abs), ...high.map(Math.abs)]));
    const fitting = [...RANGES].reverse().find((range) => range >= size) ?? RANGES[0];
    if (fitting >= this.#range || now - this.#neededAt > SHRINK_MILLIS) {
      this.#range = fitting;
    }
    if (fitting >= this.#range) {
      this.#neededAt = now;
    }
  }

  get #x() {
    const { fromMillis = 0, toMillis = 20 } = this.trace ?? {};
    return linear(fromMillis, toMillis, this.area.left, this.area.right);
  }

  get #y() {
    return linear(this.#range, -this.#range, this.area.top + MARGIN, this.area.bottom - MARGIN);
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { left, top, right, bottom } = this.area;
    const x = this.#x;
    const y = this.#y;
    this.rows(context, y, [1, 0.5, 0, -0.5, -1].map((part) => part * this.#range), (value) => signed(value, 3).replace(/0+$/, '').replace(/\.$/, ''));
    this.columns(context, x, timeTicks(x.value(left), x.value(right)), (value) => `${signed(value, 0)} ms`);
    const { trace } = this;
    if (trace === undefined) {
      return;
    }
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    trace.channels.forEach(({ low, high }, channel) => {
      const colour = [this.theme.accent, this.theme.warn][channel] ?? this.theme.muted;
      context.strokeStyle = colour;
      context.lineWidth = 1.5;
      context.lineJoin = 'round';
      context.beginPath();
      const points = linear(0, low.length - 1, left, right);
      for (let point = 0; point < low.length; point += 1) {
        const at = points.place(point);
        context.lineTo(at, y.place(high[point]));
        if (low[point] !== high[point]) {
          context.lineTo(at, y.place(low[point]));
        }
      }
      context.stroke();
    });
    context.restore();
    this.#paintTrigger(context, trace);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import('./scope-trace.js').Trace} trace
   */
  #paintTrigger(context, { triggered, triggerLevel, fromMillis, toMillis }) {
    if (!triggered || fromMillis > 0 || toMillis < 0) {
      return;
    }
    const { top } = this.area;
    const x = this.#x.place(0);
    context.fillStyle = this.theme.text;
    context.beginPath();
    context.moveTo(x, top + 8);
    context.lineTo(x - 5, top);
    context.lineTo(x + 5, top);
    context.fill();
    const y = this.#y.place(triggerLevel);
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fill();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    return `${signed(this.#x.value(x), 2)} ms  ${signed(this.#y.value(y), 3)}`;
  }

  figures() {
    const { trace } = this;
    return [{ id: 'trigger', name: 'Trigger', value: trace === undefined ? '–' : trace.triggered ? 'found' : 'none: runs freely' }];
  }
}

/**
 * @param {number} from in milliseconds
 * @param {number} to
 */
function timeTicks(from, to) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => (to - from) / size <= MOST_TICKS) ?? 1000;
  const ticks = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
    ticks.push(tick);
  }
  return isNumber(from) ? ticks : [];
}
