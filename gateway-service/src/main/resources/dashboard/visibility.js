/** After this long in the background the page lets go of everything it holds. */
export const HIDDEN_GRACE_MILLIS = 5000;
/** A tile that was scrolled past is let go after this long. */
const SCROLLED_GRACE_MILLIS = 1500;

/**
 * Tells whether anyone can be looking at the page: at once when someone is back, after a grace time when it was hidden.
 */
export class PageAttention {
  #onChange;
  #graceMillis;
  #listening = new AbortController();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  watched = !document.hidden;

  /**
   * @param {(watched: boolean) => void} onChange
   * @param {number} [graceMillis]
   */
  constructor(onChange, graceMillis = HIDDEN_GRACE_MILLIS) {
    this.#onChange = onChange;
    this.#graceMillis = graceMillis;
    const { signal } = this.#listening;
    document.addEventListener('visibilitychange', () => this.#look(), { signal });
    addEventListener('pagehide', () => this.#set(false), { signal });
    addEventListener('pageshow', () => this.#look(), { signal });
  }

  close() {
    this.#listening.abort();
    clearTimeout(this.#timer);
  }

  #look() {
    clearTimeout(this.#timer);
    if (document.hidden) {
      this.#timer = setTimeout(() => this.#set(false), this.#graceMillis);
    } else {
      this.#set(true);
    }
  }

  /** @param {boolean} watched */
  #set(watched) {
    clearTimeout(this.#timer);
    if (watched !== this.watched) {
      this.watched = watched;
      this.#onChange(watched);
    }
  }
}

/**
 * A Lit controller that tells whether its element is on the screen or about to be.
 */
export class OnScreen {
  #host;
  /** @type {IntersectionObserver|undefined} */
  #observer;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  value = false;

  /** @param {import('lit').ReactiveControllerHost & Element} host */
  constructor(host) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected() {
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries[entries.length - 1].isIntersecting), {
      rootMargin: '120px 0px',
    });
    this.#observer.observe(this.#host);
  }

  hostDisconnected() {
    this.#observer?.disconnect();
    clearTimeout(this.#timer);
    this.value = false;
  }

  /** @param {boolean} now */
  #seen(now) {
    clearTimeout(this.#timer);
    if (now) {
      this.#set(true);
    } else {
      this.#timer = setTimeout(() => this.#set(false), SCROLLED_GRACE_MILLIS);
    }
  }

  /** @param {boolean} value */
  #set(value) {
    if (value !== this.value) {
      this.value = value;
      this.#host.requestUpdate();
    }
  }
}
