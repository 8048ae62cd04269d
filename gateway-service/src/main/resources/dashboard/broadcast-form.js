import { html, nothing } from 'lit';
import { cameraImpossible, nameFault } from './camera-words.js';
import { PageElement } from './element.js';
import { cameraIcon } from './icons.js';

const SIZES = [320, 480, 640, 960, 1280];
const RATES = [2, 5, 10, 15, 25];

/**
 * @typedef {object} Plan of a broadcast
 * @property {string} name
 * @property {File|undefined} file to be sent; none for the camera
 * @property {number} longestPx the longer side of its pictures
 * @property {number} perSecond
 */

/** Asks what to broadcast. Fires `go` with the {@link Plan}. */
class BroadcastForm extends PageElement {
  static properties = {
    busy: { attribute: false },
    stream: { state: true },
    kind: { state: true },
    longestPx: { state: true },
    perSecond: { state: true },
    failure: { state: true },
  };

  /** @type {File|undefined} */
  #file;

  constructor() {
    super();
    this.busy = false;
    this.stream = 'broadcast';
    /** @type {'camera'|'file'} */
    this.kind = 'camera';
    this.longestPx = 640;
    this.perSecond = 15;
    /** @type {{input: 'name'|'file', message: string}|undefined} */
    this.failure = undefined;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const name = this.stream.trim();
    const fault = nameFault(name, []);
    if (fault) {
      this.failure = { input: 'name', message: fault };
    } else if (this.kind === 'file' && this.#file === undefined) {
      this.failure = { input: 'file', message: 'Choose a picture or a video first.' };
    } else {
      this.failure = undefined;
      /** @type {Plan} */
      const detail = { name, file: this.#file, longestPx: this.longestPx, perSecond: this.perSecond };
      this.dispatchEvent(new CustomEvent('go', { detail }));
    }
  }

  get #impossible() {
    return this.kind === 'camera'
      ? cameraImpossible({
          secure: isSecureContext,
          origin: location.origin,
          devices: navigator.mediaDevices?.getUserMedia !== undefined,
          webRtc: true,
        })
      : '';
  }

  /** @param {'name'|'file'} input */
  #error(input) {
    return this.failure?.input === input
      ? html`<p class="error" role="alert" id="broadcast-error-${input}" data-testid="broadcast-error">${this.failure.message}</p>`
      : nothing;
  }

  render() {
    const impossible = this.#impossible;
    const wrong = this.failure?.input === 'name';
    return html`
      <form class="broadcast-form" novalidate autocomplete="off" data-testid="broadcast-form" @submit=${this.#submit}>
        <div class="field">
          <label for="broadcast-name">Name</label>
          <input
            id="broadcast-name"
            data-testid="broadcast-name"
            spellcheck="false"
            autocapitalize="off"
            .value=${this.stream}
            aria-invalid=${wrong}
            aria-describedby=${wrong ? 'broadcast-error-name' : nothing}
            @input=${(/** @type {any} */ e) => {
              this.stream = e.target.value;
              this.failure = undefined;
            }}
          />
          ${this.#error('name')}
        </div>
        <fieldset>
          <legend>Picture</legend>
          ${this.#choice('camera', 'Camera')} ${this.#choice('file', 'A file')}
        </fieldset>
        ${this.kind === 'file'
          ? html`<div class="field">
              <label for="broadcast-file">Video or picture</label>
              <input
                id="broadcast-file"
                type="file"
                accept="video/*,image/*"
                data-testid="broadcast-file"
                @change=${(/** @type {any} */ e) => {
                  this.#file = e.target.files?.[0];
                  this.failure = undefined;
                }}
              />
              ${this.#error('file')}
            </div>`
          : nothing}
        <div class="selects">
          ${this.#select('size', 'Longer side, pixels', SIZES, this.longestPx, (value) => (this.longestPx = value))}
          ${this.#select('rate', 'Pictures a second', RATES, this.perSecond, (value) => (this.perSecond = value))}
        </div>
        ${impossible ? html`<p class="error" role="alert" data-testid="broadcast-error">${impossible}</p>` : nothing}
        <p class="hint">Everybody who can open this page can watch, until you stop or leave it.</p>
        <button type="submit" class="primary" data-testid="broadcast-start" ?disabled=${this.busy || impossible !== ''}>
          ${cameraIcon} ${this.busy ? 'Opening …' : 'Go live'}
        </button>
      </form>
    `;
  }

  /**
   * @param {'camera'|'file'} kind
   * @param {string} label
   */
  #choice(kind, label) {
    return html`
      <label class="check">
        <input
          type="radio"
          name="kind"
          value=${kind}
          data-testid="kind-${kind}"
          .checked=${this.kind === kind}
          @change=${() => {
            this.kind = kind;
            this.#file = undefined;
            this.failure = undefined;
          }}
        />
        <span>${label}</span>
      </label>
    `;
  }

  /**
   * @param {string} id
   * @param {string} label
   * @param {number[]} values
   * @param {number} chosen
   * @param {(value: number) => void} onChange
   */
  #select(id, label, values, chosen, onChange) {
    return html`
      <div class="field">
        <label for="broadcast-${id}">${label}</label>
        <select
          id="broadcast-${id}"
          data-testid="broadcast-${id}"
          @change=${(/** @type {any} */ e) => onChange(Number(e.target.value))}
        >
          ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${value}</option>`)}
        </select>
      </div>
    `;
  }
}

customElements.define('mm-broadcast-form', BroadcastForm);
