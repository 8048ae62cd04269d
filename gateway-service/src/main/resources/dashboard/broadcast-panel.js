import { html, nothing } from 'lit';
import { health } from './api.js';
import './broadcast-form.js';
import { BroadcastSender } from './broadcast-sender.js';
import { cameraRefused } from './camera-words.js';
import { PageElement } from './element.js';
import { HubLink, hubUrl } from './hub-link.js';
import './hub-picture.js';
import { errorIn, followingOf, followingText, linkFault, parsed, regionsOf, whyUntracked } from './hub-words.js';
import { stopIcon } from './icons.js';
import { jpegs, openCamera, openFile } from './picture-source.js';
import { millis, number } from './words.js';
/** @import {Plan} from './broadcast-form.js' */
/** @import {Following, Metadata} from './hub-words.js' */
/** @import {PictureSource} from './picture-source.js' */
/** @import {Rectangle} from './rectangle.js' */

const FIGURES_MILLIS = 500;
/** The reason why nothing is known is asked for no more often than that. */
const WHY_MILLIS = 5000;
/** Where frames are not held back, the first ones come before anything is known of what was marked. */
const MARKING_MILLIS = 2000;
const STATE_WORDS = { idle: 'Not live', asking: 'Opening', connecting: 'Connecting', live: 'Live', waiting: 'Reconnecting' };
const STATE_TINTS = { idle: 'idle', asking: 'starting', connecting: 'starting', live: 'live', waiting: 'reconnecting' };

/** Makes this browser's camera or a file a broadcast, in which something can be marked. */
class BroadcastPanel extends PageElement {
  static properties = {
    stream: { state: true },
    doing: { state: true },
    failure: { state: true },
    following: { state: true },
    objects: { state: true },
    reason: { state: true },
    latencyMillis: { state: true },
    placing: { state: true },
  };

  /** @type {PictureSource|undefined} */
  #source;
  /** @type {HubLink|undefined} */
  #link;
  /** @type {HubLink|undefined} what viewers get */
  #viewer;
  /** @type {BroadcastSender|undefined} */
  #sender;
  /** @type {ReturnType<typeof setInterval>[]} */
  #timers = [];
  #askedWhyAt = -Infinity;
  #markedAt = 0;
  /** Counts the attempts, so that one that was given up can't come back. */
  #attempt = 0;

  constructor() {
    super();
    /** The name of the broadcast. */
    this.stream = '';
    /** @type {'idle'|'asking'|'sending'} */
    this.doing = 'idle';
    this.failure = '';
    /** @type {Following} */
    this.following = 'off';
    this.objects = 0;
    /** Why nothing is known of what was marked. */
    this.reason = '';
    /** @type {number|undefined} */
    this.latencyMillis = undefined;
    /** Whether a rectangle waits for keys. */
    this.placing = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  get #picture() {
    return /** @type {any} */ (this.querySelector('mm-hub-picture'));
  }

  /** @param {CustomEvent<Plan>} event */
  async #start({ detail: plan }) {
    const attempt = ++this.#attempt;
    this.failure = '';
    this.doing = 'asking';
    try {
      const source = await (plan.file ? openFile(plan.file) : openCamera(plan));
      if (attempt === this.#attempt) {
        this.#send(plan, source);
      } else {
        source.close();
      }
    } catch (failure) {
      if (attempt === this.#attempt) {
        const { message } = /** @type {Error} */ (failure);
        this.doing = 'idle';
        this.failure = plan.file ? message : cameraRefused(/** @type {Error} */ (failure), false);
      }
    }
  }

  /**
   * @param {Plan} plan
   * @param {PictureSource} source
   */
  #send({ name, longestPx, perSecond }, source) {
    this.stream = name;
    this.doing = 'sending';
    this.following = 'off';
    this.latencyMillis = undefined;
    this.#picture.clear();
    this.#source = source;
    source.onEnd(() => this.#end('The camera gives no more pictures. Perhaps it was pulled out, or another program took it.'));
    this.#viewer = new HubLink({ url: hubUrl('viewer', name), onText: (text) => this.#back(text) });
    this.#link = new HubLink({
      url: hubUrl('broadcaster', name),
      onText: (text) => this.#told(text),
      onChange: () => this.#linkChanged(),
    });
    const sender = new BroadcastSender({
      link: this.#link,
      grab: jpegs(source, longestPx),
      perSecond,
    });
    this.#sender = sender;
    this.#link.open();
    this.#timers = [
      setInterval(() => {
        this.#picture.preview(source.drawable, source.size());
        sender.turn().catch((failure) => this.#end(`The picture could not be sent: ${failure.message}.`));
      }, 1000 / perSecond),
      setInterval(() => this.requestUpdate(), FIGURES_MILLIS),
    ];
    this.#announce(name);
  }

  #linkChanged() {
    if (this.#link?.status === 'ended') {
      this.#end(linkFault(this.#link));
      return;
    }
    if (this.#link?.status === 'open') {
      this.#viewer?.open();
    }
    this.requestUpdate();
  }

  /** @param {string} text of the server to the broadcaster */
  #told(text) {
    const message = errorIn(text);
    if (message) {
      this.failure = message;
    }
  }

  /** @param {string} text of the server to the viewer */
  #back(text) {
    const message = parsed(text);
    const known = typeof message?.frame === 'string' ? this.#sender?.back(message.frame) : undefined;
    if (known === undefined) {
      return;
    }
    this.latencyMillis = this.latencyMillis === undefined ? known.millis : 0.8 * this.latencyMillis + 0.2 * known.millis;
    const metadata = /** @type {Metadata} */ (message.metadata ?? {});
    if (this.#sender?.tracked && known.tracked) {
      this.#follow(followingOf(metadata, true), regionsOf(metadata).length);
    }
    // What comes back after the mark was cleared is of no interest any more.
    this.#picture.show(message.frame, this.#sender?.tracked ? metadata : {});
  }

  /**
   * @param {Following} following
   * @param {number} objects
   */
  #follow(following, objects) {
    if (following === 'untracked' && this.following === 'marking' && performance.now() - this.#markedAt < MARKING_MILLIS) {
      return;
    }
    this.following = following;
    this.objects = objects;
    if (following === 'untracked') {
      this.#askWhy();
    } else {
      this.reason = '';
    }
  }

  async #askWhy() {
    if (performance.now() - this.#askedWhyAt < WHY_MILLIS) {
      return;
    }
    this.#askedWhyAt = performance.now();
    this.reason = await health().then(whyUntracked, (/** @type {Error} */ failure) => failure.message);
  }

  /** @param {CustomEvent<{rectangle: Rectangle, frame: string}>} event */
  #mark({ detail: { rectangle, frame } }) {
    if (this.#sender?.mark(rectangle, frame)) {
      this.following = 'marking';
      this.#markedAt = performance.now();
      this.#askedWhyAt = -Infinity;
    }
  }

  #clear() {
    if (this.#sender) {
      this.#sender.tracked = false;
    }
    this.following = 'off';
    this.reason = '';
  }

  /** @param {string} message why */
  #end(message) {
    this.#stop();
    this.failure = message;
  }

  #stop() {
    this.#attempt += 1;
    this.#timers.forEach(clearInterval);
    this.#timers = [];
    this.#viewer?.close();
    this.#link?.close();
    this.#source?.close();
    this.#viewer = this.#link = this.#source = this.#sender = undefined;
    this.doing = 'idle';
    this.failure = '';
    this.following = 'off';
    this.#picture?.clear();
    this.#announce('');
  }

  /** @param {string} name of the broadcast; none when there is none */
  #announce(name) {
    this.dispatchEvent(new CustomEvent('broadcasting', { detail: name }));
  }

  /** @returns {keyof typeof STATE_WORDS} */
  get #state() {
    if (this.doing !== 'sending') {
      return this.doing;
    }
    switch (this.#link?.status) {
      case 'open':
        return 'live';
      case 'waiting':
        return 'waiting';
      default:
        return 'connecting';
    }
  }

  render() {
    const state = this.#state;
    return html`
      <section class="card" aria-label="Your broadcast" ?data-idle=${state === 'idle' || state === 'asking'}>
        <div class="stage-frame">
          <mm-hub-picture
            .label=${`Your broadcast ${this.stream}`}
            .canMark=${state === 'live'}
            @mark=${this.#mark}
            @placing=${(/** @type {CustomEvent<boolean>} */ { detail }) => (this.placing = detail)}
          ></mm-hub-picture>
          <span class="badge" data-testid="broadcast-state" data-state=${STATE_TINTS[state]} role="status"><i></i>${STATE_WORDS[state]}</span>
          ${state === 'idle' ? html`<p class="stage-note">Nobody sees anything yet</p>` : nothing}
        </div>
        ${this.doing === 'sending' ? html`${this.#tracking()} ${this.#figures()}` : nothing}
        <mm-broadcast-form
          ?hidden=${this.doing === 'sending'}
          .busy=${this.doing === 'asking'}
          @go=${this.#start}
          @input=${() => (this.failure = '')}
        ></mm-broadcast-form>
        ${this.failure ? html`<p class="error" role="alert" data-testid="broadcast-error">${this.failure}</p>` : nothing}
      </section>
    `;
  }

  #tracking() {
    const state = this.#state;
    const marked = this.#sender?.tracked ?? false;
    return html`
      <div class="following">
        <p class="pill" data-testid="following" data-following=${this.following} role="status">
          <i></i>${followingText(this.following, { objects: this.objects, reason: this.reason })}
        </p>
        <div class="buttons">
          ${this.placing
            ? html`<button type="button" class="small primary" data-testid="mark-done" @click=${() => this.#picture.finish()}>Follow this</button>
                <button type="button" class="small" @click=${() => this.#picture.cancel()}>Cancel</button>`
            : html`<button type="button" class="small" data-testid="mark" ?disabled=${state !== 'live'} @click=${() => this.#picture.begin()}>
                  Mark the middle
                </button>
                <button type="button" class="small" data-testid="unmark" ?disabled=${!marked} @click=${this.#clear}>Clear</button>`}
          <button type="button" class="small danger" data-testid="broadcast-stop" @click=${this.#stop}>${stopIcon} Stop</button>
        </div>
      </div>
      <p class="hint" id="mark-hint">
        ${this.placing
          ? 'Arrow keys move the rectangle, with Shift they change its size; Enter follows what is in it, Escape cancels.'
          : 'Draw a rectangle around something with the mouse or a finger: it is followed then. With keys: Enter on the picture.'}
      </p>
    `;
  }

  #figures() {
    const waiting = this.#link && this.#state !== 'live' ? linkFault(this.#link) : '';
    return html`
      ${waiting ? html`<p class="error" role="alert" data-testid="broadcast-waiting">${waiting}</p>` : nothing}
      <dl class="figures">
        <div><dt>Delay</dt><dd data-testid="delay">${millis(this.latencyMillis)}</dd></div>
        <div><dt>Sent</dt><dd data-testid="sent">${number(this.#sender?.sent ?? 0)}</dd></div>
        <div title="Pictures for which there was no room on the way"><dt>Left out</dt><dd data-testid="dropped">${number(this.#sender?.dropped ?? 0)}</dd></div>
      </dl>
    `;
  }

}

customElements.define('mm-broadcast-panel', BroadcastPanel);
