import { html, nothing } from 'lit';
import { ApiError } from './api.js';
import { hasTwoSides, openMedia } from './camera-media.js';
import { browserName, cameraImpossible, cameraRefused, nameFault, whipRefused } from './camera-words.js';
import { PageElement } from './element.js';
import { closeIcon } from './icons.js';
import { CameraPublisher } from './publisher.js';
import { webRtcSupported } from './whep.js';

const SIDES = /** @type {const} */ ([
  ['environment', 'Back camera'],
  ['user', 'Front camera'],
]);

/**
 * The form that makes this browser's camera a stream, in a dialog of its own.
 *
 * Fires `camera` with the {@link CameraPublisher} once the server has taken the stream, and `camera-change` whenever
 * something about that has changed.
 */
class UseCamera extends PageElement {
  static properties = {
    taken: { attribute: false },
    streamId: { state: true },
    sound: { state: true },
    facing: { state: true },
    token: { state: true },
    asksToken: { state: true },
    doing: { state: true },
    failure: { state: true },
  };

  /** Counts the attempts, so that one that was given up can't come back. */
  #attempt = 0;

  constructor() {
    super();
    /** @type {string[]} */
    this.taken = [];
    this.streamId = '';
    this.sound = false;
    /** @type {import('./camera-media.js').Facing} */
    this.facing = hasTwoSides() ? 'environment' : '';
    this.token = '';
    this.asksToken = false;
    /** @type {''|'asking'|'sending'} */
    this.doing = '';
    this.failure = /** @type {{input: string, message: string}|undefined} */ (undefined);
  }

  get #impossible() {
    return cameraImpossible({
      secure: isSecureContext,
      origin: location.origin,
      devices: navigator.mediaDevices?.getUserMedia !== undefined,
      webRtc: webRtcSupported,
    });
  }

  /** @param {string} [name] to begin with */
  open(name = browserName()) {
    this.streamId = name;
    this.failure = undefined;
    const dialog = this.querySelector('dialog');
    if (dialog && !dialog.open) {
      dialog.showModal();
    }
  }

  #close() {
    this.querySelector('dialog')?.close();
  }

  #closed() {
    this.#attempt += 1;
    this.doing = '';
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const name = this.streamId.trim();
    const fault = nameFault(name, this.taken);
    if (fault !== '') {
      this.failure = { input: 'name', message: fault };
      return;
    }
    const attempt = ++this.#attempt;
    this.failure = undefined;
    this.doing = 'asking';
    const media = await this.#camera(attempt);
    if (media === undefined) {
      return;
    }
    this.doing = 'sending';
    const publisher = new CameraPublisher({
      name,
      media,
      facing: this.facing,
      token: this.token.trim(),
      onChange: () => this.dispatchEvent(new CustomEvent('camera-change', { bubbles: true })),
    });
    try {
      await publisher.start();
    } catch (failure) {
      this.#refused(attempt, /** @type {Error} */ (failure), name);
      return;
    }
    if (attempt !== this.#attempt) {
      publisher.stop();
      return;
    }
    this.dispatchEvent(new CustomEvent('camera', { bubbles: true, detail: publisher }));
    this.#close();
  }

  /** @param {number} attempt */
  async #camera(attempt) {
    try {
      const media = await openMedia({ facing: this.facing, sound: this.sound });
      if (attempt === this.#attempt) {
        return media;
      }
      media.getTracks().forEach((track) => track.stop());
    } catch (failure) {
      if (attempt === this.#attempt) {
        this.doing = '';
        this.failure = { input: '', message: cameraRefused(/** @type {Error} */ (failure), this.sound) };
      }
    }
    return undefined;
  }

  /**
   * @param {number} attempt
   * @param {Error} failure
   * @param {string} name
   */
  #refused(attempt, failure, name) {
    if (attempt !== this.#attempt) {
      return;
    }
    this.doing = '';
    const status = failure instanceof ApiError ? failure.status : 0;
    this.asksToken ||= status === 401;
    const input = status === 409 ? 'name' : status === 401 ? 'token' : '';
    this.failure = { input, message: whipRefused(failure, name) };
  }

  /** @param {string} input */
  #error(input) {
    return this.failure?.input === input
      ? html`<p class="error" role="alert" id="camera-error-${input || 'form'}" data-testid="camera-error">
          ${this.failure.message}
        </p>`
      : nothing;
  }

  render() {
    const impossible = this.#impossible;
    const words = { '': 'Start', asking: 'Asking for the camera…', sending: 'Connecting…' };
    return html`
      <dialog
        aria-labelledby="camera-title"
        @close=${this.#closed}
        @click=${(/** @type {Event} */ e) => e.target === e.currentTarget && this.#close()}
      >
        <form data-testid="camera-form" novalidate autocomplete="off" @submit=${this.#submit}>
          <header>
            <h2 id="camera-title">Use this browser’s camera</h2>
            <button type="button" class="glyph" aria-label="Close" @click=${this.#close}>${closeIcon}</button>
          </header>
          ${impossible
            ? html`<p class="error" role="alert" data-testid="camera-error">${impossible}</p>`
            : html`<p class="hint">
                The picture goes to this server and is a stream like any other: everybody who sees this page can see it,
                until you stop it or leave the page. The screen stays on meanwhile.
              </p>
              <p class="hint" data-testid="camera-secure">
                Browsers give a camera only to pages opened by https, or from localhost: on a phone, open this page by https.
              </p>`}
          ${this.#nameField()} ${this.facing === '' ? nothing : this.#sideField()}
          <label class="check">
            <input
              type="checkbox"
              name="sound"
              data-testid="camera-sound"
              .checked=${this.sound}
              @change=${(/** @type {any} */ e) => (this.sound = e.target.checked)}
            />
            <span>With sound</span>
          </label>
          ${this.asksToken ? this.#tokenField() : nothing} ${this.#error('')}
          <footer class="big">
            <button type="button" @click=${this.#close}>Cancel</button>
            <button type="submit" class="primary" data-testid="camera-start" ?disabled=${this.doing !== '' || impossible !== ''}>
              ${words[this.doing]}
            </button>
          </footer>
        </form>
      </dialog>
    `;
  }

  #nameField() {
    const wrong = this.failure?.input === 'name';
    return html`
      <div class="field">
        <label for="camera-name">Name of the stream</label>
        <input
          id="camera-name"
          name="name"
          data-testid="camera-name"
          spellcheck="false"
          autocapitalize="off"
          .value=${this.streamId}
          aria-invalid=${wrong}
          aria-describedby=${wrong ? 'camera-error-name' : nothing}
          @input=${(/** @type {any} */ e) => {
            this.streamId = e.target.value;
            this.failure = undefined;
          }}
        />
        ${this.#error('name')}
      </div>
    `;
  }

  #sideField() {
    return html`
      <fieldset class="sides">
        <legend>Camera</legend>
        ${SIDES.map(
          ([facing, says]) => html`<label>
            <input
              type="radio"
              name="facing"
              data-testid="camera-facing-${facing}"
              .checked=${this.facing === facing}
              @change=${() => (this.facing = facing)}
            /><span>${says}</span>
          </label>`,
        )}
      </fieldset>
    `;
  }

  #tokenField() {
    const wrong = this.failure?.input === 'token';
    return html`
      <div class="field">
        <label for="camera-token">Token</label>
        <input
          id="camera-token"
          name="token"
          type="password"
          data-testid="camera-token"
          .value=${this.token}
          aria-invalid=${wrong}
          aria-describedby=${wrong ? 'camera-error-token' : nothing}
          @input=${(/** @type {any} */ e) => {
            this.token = e.target.value;
            this.failure = undefined;
          }}
        />
        ${this.#error('token')}
      </div>
    `;
  }
}

customElements.define('mm-use-camera', UseCamera);
