import { html } from 'lit';
import { httpUrl } from './api.js';
import { PageElement } from './element.js';
import { closeIcon, copyIcon } from './icons.js';
import { snippetsFor } from './snippets.js';

/** Shows, in a dialog, how to use a stream from a terminal, a page or a program. */
class UseStream extends PageElement {
  static properties = { streamId: { state: true }, copied: { state: true } };

  constructor() {
    super();
    this.streamId = '';
    this.copied = '';
  }

  /** @param {string} streamId */
  async open(streamId) {
    this.streamId = streamId;
    this.copied = '';
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
  }

  #close() {
    this.querySelector('dialog')?.close();
  }

  /** @param {{name: string, text: string}} snippet */
  async #copy({ name, text }) {
    const done = await copyText(text, /** @type {HTMLElement} */ (this.querySelector(`[data-snippet=${name}] code`)));
    this.copied = done ? name : '';
    setTimeout(() => (this.copied = ''), 1600);
  }

  render() {
    return html`
      <dialog class="wide" data-testid="snippets" aria-labelledby="use-title" @click=${(/** @type {Event} */ e) => e.target === e.currentTarget && this.#close()}>
        <div class="dialog-body">
          <header>
            <h2 id="use-title">Use <em>${this.streamId}</em></h2>
            <button type="button" class="glyph" aria-label="Close" @click=${this.#close}>${closeIcon}</button>
          </header>
          ${this.streamId === '' ? '' : snippetsFor(this.streamId).map((snippet) => this.#snippet(snippet))}
          <p class="hint">Every path is described in <a href=${httpUrl('openapi.yaml')}>openapi.yaml</a>.</p>
        </div>
      </dialog>
    `;
  }

  /** @param {{name: string, title: string, text: string}} snippet */
  #snippet(snippet) {
    return html`
      <section class="snippet" data-snippet=${snippet.name}>
        <h3>${snippet.title}</h3>
        <pre tabindex="0"><code>${snippet.text}</code></pre>
        <button type="button" class="small" data-testid="copy" @click=${() => this.#copy(snippet)} aria-live="polite">
          ${copyIcon} ${this.copied === snippet.name ? 'Copied' : 'Copy'}
        </button>
      </section>
    `;
  }
}

/**
 * Copies; where the browser does not allow it (plain HTTP from another machine) it selects the text instead.
 *
 * @param {string} text
 * @param {HTMLElement} shown
 * @returns {Promise<boolean>} whether the text is in the clipboard
 */
async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}

customElements.define('mm-use-stream', UseStream);
