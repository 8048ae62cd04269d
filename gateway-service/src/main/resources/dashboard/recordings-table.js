import { html, nothing } from 'lit';
import { deleteRecording, httpUrl, recordingPath, stopRecording } from './api.js';
import { PageElement } from './element.js';
import { removeIcon, saveIcon, stopIcon } from './icons.js';
import { length, mediaOf, size, STATE_WORDS, when } from './recording-words.js';
import { recordingsFeed } from './recordings-feed.js';
/** @import {Recording} from './types.js' */

/** Every recording, newest first; nothing at all while there is none. */
class RecordingsTable extends PageElement {
  static properties = {
    known: { state: true },
    removing: { state: true },
    failure: { state: true },
  };

  /** @type {(() => void)|undefined} */
  #leave;

  constructor() {
    super();
    this.known = recordingsFeed.known;
    /** The recording that is about to be deleted. */
    this.removing = '';
    this.failure = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.#leave = recordingsFeed.listen((known) => (this.known = known));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave?.();
  }

  /** @param {Promise<void>} doing */
  async #do(doing) {
    this.failure = '';
    this.removing = '';
    try {
      await doing;
    } catch (failure) {
      this.failure = /** @type {Error} */ (failure).message;
    }
    recordingsFeed.now();
  }

  render() {
    const { recordings } = this.known;
    if (!recordings?.length) {
      return nothing;
    }
    return html`
      <section class="topics recordings" aria-labelledby="recordings-title">
        <header>
          <h2 id="recordings-title">Recordings</h2>
          <p class="muted">Newest first. A recording can be watched while it is being written.</p>
        </header>
        ${this.failure ? html`<p class="error" role="alert">${this.failure}</p>` : nothing}
        <table data-testid="recordings-table">
          <thead>
            <tr>
              <th scope="col">Recording</th>
              <th scope="col">State</th>
              <th scope="col" class="num">Length</th>
              <th scope="col" class="num">Size</th>
              <th scope="col"><span class="unseen">What to do</span></th>
            </tr>
          </thead>
          <tbody>
            ${recordings.map((recording) => this.#row(recording))}
          </tbody>
        </table>
      </section>
    `;
  }

  /** @param {Recording} recording */
  #row(recording) {
    const { id, stream, state, started, duration, size: bytes, reason } = recording;
    return html`
      <tr data-testid="recording-row" data-recording=${id} data-state=${state}>
        <th scope="row"><a href=${httpUrl(`recordings/${encodeURIComponent(id)}`)}>${stream}</a> <small>${when(started)}</small></th>
        <td data-label="State" title=${reason ?? ''}><span class="badge" data-state=${state}><i></i>${STATE_WORDS[state] ?? state}</span></td>
        <td data-label="Length" class="num">${length(duration)}</td>
        <td data-label="Size" class="num">${size(bytes)}</td>
        <td><span class="row-actions">${this.#actions(recording)}</span></td>
      </tr>
    `;
  }

  /** @param {Recording} recording */
  #actions({ id, state, parts, files }) {
    if (state === 'recording') {
      return html`<button type="button" class="small" data-testid="stop-recording" @click=${() => this.#do(stopRecording(id))}>
        ${stopIcon} Stop
      </button>`;
    }
    if (this.removing === id) {
      return html`
        <button type="button" class="small danger" data-testid="confirm-delete" @click=${() => this.#do(deleteRecording(id))}>Delete</button>
        <button type="button" class="small" @click=${() => (this.removing = '')}>Keep</button>
      `;
    }
    const media = parts.length > 0 ? mediaOf(files, parts[0].number) : undefined;
    return html`
      ${media
        ? html`<a class="button small" href=${httpUrl(`${recordingPath(id)}/${media.name}?download`)} aria-label="Download ${id}">${saveIcon}</a>`
        : nothing}
      <button type="button" class="small quiet" data-testid="delete-recording" aria-label="Delete ${id}" @click=${() => (this.removing = id)}>
        ${removeIcon}
      </button>
    `;
  }
}

customElements.define('mm-recordings-table', RecordingsTable);
