import { html, nothing } from 'lit';
import { startRecording, stopRecording } from './api.js';
import { PageElement } from './element.js';
import { recordIcon, stopIcon } from './icons.js';
import { length } from './recording-words.js';
import { recordingsFeed } from './recordings-feed.js';

/** Begins and ends the recording of a stream; red while there is one, whoever began it. */
class RecordButton extends PageElement {
  static properties = {
    streamId: { type: String },
    recording: { state: true },
    busy: { state: true },
    failure: { state: true },
  };

  /** @type {(() => void)|undefined} */
  #leave;

  constructor() {
    super();
    this.streamId = '';
    /** @type {import('./types.js').Recording|undefined} the newest one that is being written */
    this.recording = undefined;
    this.busy = false;
    this.failure = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.#leave = recordingsFeed.listen(({ recordings }) => {
      this.recording = recordings?.find(({ stream, state }) => stream === this.streamId && state === 'recording');
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave?.();
  }

  async #turn() {
    this.busy = true;
    this.failure = '';
    try {
      await (this.recording ? stopRecording(this.recording.id) : startRecording(this.streamId));
    } catch (failure) {
      this.failure = /** @type {Error} */ (failure).message;
    }
    this.busy = false;
    recordingsFeed.now();
  }

  render() {
    const { recording } = this;
    return html`
      <button
        type="button"
        class="small quiet record"
        data-testid="record"
        aria-pressed=${recording !== undefined}
        aria-label=${recording ? `Stop recording ${this.streamId}` : `Record ${this.streamId}`}
        ?disabled=${this.busy}
        @click=${this.#turn}
      >
        ${recording ? html`${stopIcon} <i class="rec"></i>${length(recording.duration)}` : html`${recordIcon} Record`}
      </button>
      ${this.failure ? html`<span class="error" role="alert" data-testid="record-failure">${this.failure}</span>` : nothing}
    `;
  }
}

customElements.define('mm-record-button', RecordButton);
