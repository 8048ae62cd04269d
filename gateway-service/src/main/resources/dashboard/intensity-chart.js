import { html } from 'lit';
import { PageElement } from './element.js';
import { number } from './words.js';
import { INTENSITY_SPAN_MILLIS } from './watch.js';

const SPAN_SECONDS = INTENSITY_SPAN_MILLIS / 1000;
const PAINT_EVERY_MILLIS = 200;
/** A steady picture should look steady, not like noise blown up. */
const LEAST_SPAN = 16;
/** Where nothing came for longer, the line is broken. */
const LONGEST_GAP_SECONDS = 1.5;

/** @type {Promise<any>|undefined} */
let library;

/** The chart library is fetched with the first chart, so that the page itself stays small. */
function chartLibrary() {
  library ??= import(new URL('../webjars/chart.js/dist/chart.umd.js', import.meta.url).href).then(
    () => /** @type {any} */ (globalThis).Chart,
  );
  library.catch(() => {
    library = undefined;
  });
  return library;
}

/** Brightness of the last half minute as a line, the current value as a number. */
class IntensityChart extends PageElement {
  static properties = { current: { type: Number }, average: { type: Number }, running: { type: Boolean } };

  /** @type {import('./rolling.js').RollingWindow|undefined} */
  values;
  /** @type {any} */
  #chart;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #recolour = () => this.#colour();

  constructor() {
    super();
    /** @type {number|undefined} */
    this.current = undefined;
    /** @type {number|undefined} */
    this.average = undefined;
    this.running = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#scheme.addEventListener('change', this.#recolour);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#scheme.removeEventListener('change', this.#recolour);
    this.#stop();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('running')) {
      if (this.running) {
        this.#start();
      } else {
        this.#stop();
      }
    }
  }

  render() {
    const now = number(this.current, 1);
    return html`
      <div class="intensity-number">
        <span class="label">Intensity</span>
        <span class="value" data-testid="intensity-now">${now}</span>
        <span class="label">mean <span data-testid="intensity-average">${number(this.average, 1)}</span></span>
      </div>
      <div class="plot">
        <canvas
          data-testid="intensity-chart"
          role="img"
          aria-label="Mean brightness of the last ${SPAN_SECONDS} seconds, 0 to 255; now ${now}"
        ></canvas>
      </div>
    `;
  }

  async #start() {
    this.#stop();
    try {
      const Chart = await chartLibrary();
      const canvas = this.querySelector('canvas');
      if (!this.running || !this.isConnected || canvas === null) {
        return;
      }
      this.#chart ??= new Chart(canvas, settings());
      this.#colour();
      this.#stop();
      this.#timer = setInterval(() => this.#paint(), PAINT_EVERY_MILLIS);
      this.#paint();
    } catch {
      // the number stays; the next start tries to fetch the library again
    }
  }

  #stop() {
    clearInterval(this.#timer);
  }

  #paint() {
    const now = performance.now();
    const points = (this.values?.points(now) ?? []).map(({ at, value }) => ({ x: (at - now) / 1000, y: value }));
    const levels = points.map((point) => point.y);
    const middle = levels.length === 0 ? 128 : (Math.min(...levels) + Math.max(...levels)) / 2;
    const half = Math.max(LEAST_SPAN, ...levels.map((level) => Math.abs(level - middle) * 2.4)) / 2;
    const { y } = this.#chart.options.scales;
    y.min = Math.max(0, Math.floor(middle - half));
    y.max = Math.min(255, Math.ceil(middle + half));
    this.#chart.data.datasets[0].data = points;
    this.#chart.update('none');
  }

  #colour() {
    if (this.#chart === undefined) {
      return;
    }
    const style = getComputedStyle(this);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const [line] = this.#chart.data.datasets;
    line.borderColor = colour('--accent');
    line.backgroundColor = colour('--accent-wash');
    for (const axis of ['x', 'y']) {
      this.#chart.options.scales[axis].ticks.color = colour('--muted');
      this.#chart.options.scales[axis].grid.color = colour('--line');
    }
    this.#chart.update('none');
  }
}

function settings() {
  const font = { size: 10 };
  return {
    type: 'line',
    data: { datasets: [{ data: [], fill: true, pointRadius: 0, borderWidth: 1.75, tension: 0.25, spanGaps: LONGEST_GAP_SECONDS }] },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      events: [],
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: {
        x: {
          type: 'linear',
          min: -SPAN_SECONDS,
          max: 0,
          border: { display: false },
          grid: { drawTicks: false },
          ticks: {
            font,
            stepSize: 10,
            maxRotation: 0,
            align: 'inner',
            callback: (/** @type {number} */ second) => (second === 0 ? 'now' : `${second} s`),
          },
        },
        y: {
          border: { display: false },
          grid: { drawTicks: false },
          ticks: { font, maxTicksLimit: 3, precision: 0 },
        },
      },
    },
  };
}

customElements.define('mm-intensity-chart', IntensityChart);
