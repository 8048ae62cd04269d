import { html, nothing } from 'lit';
import { ApiError, putStream } from './api.js';
import { PageElement } from './element.js';
import { closeIcon } from './icons.js';
import { suggestedId } from './words.js';

const EXAMPLES = [
  { url: 'test:', says: 'moving shapes, a clock and a tone' },
  { url: 'file:///path/to/clip.mp4', says: 'a file on the server' },
  { url: 'rtsp://user:password@host/path', says: 'a network camera' },
  { url: 'http://host/video.mjpeg', says: 'MJPEG or a container over HTTP' },
  { url: 'livekit://KEY:SECRET@host:7880/room', says: 'a LiveKit room' },
  { url: 'device:/dev/video0', says: 'a camera at the server' },
];
/** Which input an error of the server belongs to, by the field that it names. */
const INPUTS = { id: 'id', 'source.url': 'url', url: 'url', source: 'url', 'source.loop': 'loop', loop: 'loop' };

/**
 * The form that adds a stream, in a dialog of its own.
 *
 * Fires `added` with `{id, created}`.
 */
class AddStream extends PageElement {
  static properties = {
    taken: { attribute: false },
    url: { state: true },
    streamId: { state: true },
    loop: { state: true },
    busy: { state: true },
    failure: { state: true },
  };

  #idTyped = false;

  constructor() {
    super();
    /** @type {string[]} */
    this.taken = [];
    this.url = '';
    this.streamId = '';
    this.loop = true;
    this.busy = false;
    this.failure = /** @type {{input: string, message: string}|undefined} */ (undefined);
  }

  /** @param {string} [url] to begin with */
  open(url = '') {
    this.#clear();
    this.#type(url);
    const dialog = this.querySelector('dialog');
    if (dialog && !dialog.open) {
      dialog.showModal();
    }
  }

  #clear() {
    this.url = '';
    this.streamId = '';
    this.loop = true;
    this.failure = undefined;
    this.#idTyped = false;
  }

  /** @param {string} url */
  #type(url) {
    this.url = url;
    if (!this.#idTyped) {
      this.streamId = suggestedId(url, this.taken);
    }
    this.failure = undefined;
  }

  #close() {
    this.querySelector('dialog')?.close();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const [id, url] = [this.streamId.trim(), this.url.trim()];
    if (url === '' || id === '') {
      this.#fail(url === '' ? 'url' : 'id', url === '' ? 'Where does the stream come from?' : 'The stream needs a name.');
      return;
    }
    this.busy = true;
    this.failure = undefined;
    try {
      const { created } = await putStream(id, { url, loop: this.loop });
      this.#close();
      this.dispatchEvent(new CustomEvent('added', { bubbles: true, detail: { id, created } }));
    } catch (failure) {
      const field = failure instanceof ApiError ? failure.field : '';
      const conflict = failure instanceof ApiError && failure.status === 409;
      this.#fail(INPUTS[/** @type {keyof typeof INPUTS} */ (field)] ?? (conflict ? 'id' : ''), /** @type {Error} */ (failure).message);
    } finally {
      this.busy = false;
    }
  }

  /**
   * @param {string} input
   * @param {string} message
   */
  #fail(input, message) {
    this.failure = { input, message };
    this.updateComplete.then(() =>
      /** @type {HTMLElement|null} */ (this.querySelector(`[name=${input || 'none'}]`))?.focus(),
    );
  }

  /** @param {string} input */
  #error(input) {
    return this.failure?.input === input
      ? html`<p class="error" role="alert" id="add-error-${input || 'form'}" data-testid="add-error" data-field=${input}>
          ${this.failure.message}
        </p>`
      : nothing;
  }

  render() {
    return html`
      <dialog aria-labelledby="add-title" @click=${(/** @type {Event} */ e) => e.target === e.currentTarget && this.#close()}>
        <form data-testid="add-stream-form" novalidate autocomplete="off" @submit=${this.#submit}>
          <header>
            <h2 id="add-title">Add a stream</h2>
            <button type="button" class="glyph" aria-label="Close" @click=${this.#close}>${closeIcon}</button>
          </header>
          ${this.#urlField()} ${this.#idField()}
          <label class="check">
            <input
              type="checkbox"
              name="loop"
              data-testid="add-loop"
              .checked=${this.loop}
              @change=${(/** @type {any} */ e) => (this.loop = e.target.checked)}
            />
            <span>Begin anew when a file comes to its end</span>
          </label>
          ${this.#error('loop')} ${this.#error('')}
          <footer>
            <button type="button" @click=${this.#close}>Cancel</button>
            <button type="submit" class="primary" data-testid="add-submit" ?disabled=${this.busy}>
              ${this.busy ? 'Adding…' : 'Add stream'}
            </button>
          </footer>
        </form>
      </dialog>
    `;
  }

  #urlField() {
    const wrong = this.failure?.input === 'url';
    return html`
      <div class="field">
        <label for="add-url">Source</label>
        <input
          id="add-url"
          name="url"
          data-testid="add-url"
          inputmode="url"
          spellcheck="false"
          autocapitalize="off"
          placeholder="rtsp://host/path"
          .value=${this.url}
          aria-invalid=${wrong}
          aria-describedby=${wrong ? 'add-error-url' : 'add-examples'}
          @input=${(/** @type {any} */ e) => this.#type(e.target.value)}
        />
        ${this.#error('url')}
        <ul class="examples" id="add-examples" aria-label="Examples">
          ${EXAMPLES.map(
            ({ url, says }) => html`
              <li>
                <button type="button" data-testid="example" @click=${() => this.#type(url)}><code>${url}</code></button>
                <span>${says}</span>
              </li>
            `,
          )}
        </ul>
      </div>
    `;
  }

  #idField() {
    const wrong = this.failure?.input === 'id';
    return html`
      <div class="field">
        <label for="add-id">Name</label>
        <input
          id="add-id"
          name="id"
          data-testid="add-id"
          spellcheck="false"
          autocapitalize="off"
          placeholder="cam1"
          .value=${this.streamId}
          aria-invalid=${wrong}
          aria-describedby=${wrong ? 'add-error-id' : 'add-id-hint'}
          @input=${(/** @type {any} */ e) => {
            this.#idTyped = e.target.value !== '';
            this.streamId = e.target.value;
            this.failure = undefined;
          }}
        />
        ${wrong ? this.#error('id') : html`<p class="hint" id="add-id-hint">Letters, digits, “.”, “_” and “-”.</p>`}
      </div>
    `;
  }
}

customElements.define('mm-add-stream', AddStream);
