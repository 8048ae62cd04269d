import { html, nothing } from 'lit';
import { listMembers, listTopics } from './api.js';
import { PageElement } from './element.js';
import { Poller } from './poller.js';
import { topicRow } from './topic-row.js';
import { OnScreen } from './visibility.js';
import { millis, number } from './words.js';

const EVERY_MILLIS = 2000;

/** What flows through the mesh now. Asks for it only while the table is on the screen. */
class TopicsTable extends PageElement {
  static properties = {
    online: { type: Boolean },
    watched: { type: Boolean },
    rows: { state: true },
    failure: { state: true },
  };

  #onScreen = new OnScreen(this);
  /** @type {Map<string, string>} */
  #names = new Map();
  /** @type {Map<string, number>} drops of each topic one answer ago */
  #before = new Map();
  #poller = new Poller({
    ask: () => this.#ask(),
    everyMillis: () => EVERY_MILLIS,
    onAnswer: (topics) => {
      this.#before = new Map(this.rows?.map(({ key, dropped }) => [key, dropped]));
      this.rows = topics.map((topic) => topicRow(topic, this.#names)).sort((a, b) => a.key.localeCompare(b.key));
      this.failure = '';
    },
    onFailure: (failure) => (this.failure = failure.message),
  });

  constructor() {
    super();
    this.online = true;
    this.watched = true;
    /** @type {import('./topic-row.js').TopicRow[]|undefined} */
    this.rows = undefined;
    this.failure = '';
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#poller.stop();
  }

  updated() {
    if (this.#onScreen.value && this.watched && this.online) {
      this.#poller.start();
    } else {
      this.#poller.stop();
    }
  }

  /** The members are asked for only when a topic comes from one whose name is not known. */
  async #ask() {
    const topics = await listTopics();
    if (topics.some(({ node }) => !this.#names.has(node))) {
      this.#names = new Map((await listMembers()).map(({ id, name }) => [id, name]));
    }
    return topics;
  }

  render() {
    return html`
      <section class="topics" aria-labelledby="topics-title">
        <header>
          <h2 id="topics-title">Topics</h2>
          <p class="muted">What flows right now. A topic exists while somebody is subscribed to it.</p>
        </header>
        ${this.failure ? html`<p class="error" role="alert">${this.failure}</p>` : nothing}
        ${this.online && this.rows?.length ? this.#table(this.rows) : this.#none()}
      </section>
    `;
  }

  #none() {
    return html`<p class="none" data-testid="topics-none">
      ${this.#whyNone()}
    </p>`;
  }

  #whyNone() {
    if (!this.online) {
      return 'No connection to the server.';
    }
    return this.rows === undefined ? 'Asking the server …' : 'Nothing flows: nobody is subscribed to anything.';
  }

  /** @param {import('./topic-row.js').TopicRow[]} rows */
  #table(rows) {
    return html`
      <table data-testid="topics-table">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col">Node</th>
            <th scope="col" class="num">Subscribers</th>
            <th scope="col" class="num">Rate</th>
            <th scope="col" class="num">Dropped</th>
            <th scope="col" class="num" title="From capture until published: half of the items, 95 % of them">
              Made <small>p50 / p95</small>
            </th>
            <th scope="col" class="num" title="From capture until delivered: half of the items, 95 % of them">
              Delivered <small>p50 / p95</small>
            </th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`
              <tr data-testid="topic-row" data-topic=${row.key}>
                <th scope="row"><span><span class="stream-name">${row.stream}</span><span class="slash">/</span>${row.kind}</span></th>
                <td data-label="Node" title=${row.node}><span class="cut">${row.node || '–'}</span></td>
                <td data-label="Subscribers" class="num">${number(row.subscribers)}</td>
                <td data-label="Rate" class="num"><span>${number(row.rateHz, 1)} <small>/s</small></span></td>
                <td data-label="Dropped" class="num ${row.dropped > (this.#before.get(row.key) ?? Infinity) ? 'some' : ''}">${number(row.dropped)}</td>
                <td data-label="Made" class="num">${span(row.made)}</td>
                <td data-label="Delivered" class="num">${span(row.delivered)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }
}

/** @param {{p50?: number, p95?: number}} latency */
function span({ p50, p95 }) {
  return html`<span>${millis(p50)} <small>/</small> ${millis(p95)}</span>`;
}

customElements.define('mm-topics-table', TopicsTable);
