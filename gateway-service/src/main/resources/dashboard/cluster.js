import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { cluster, httpUrl } from './api.js';
import './cluster-member.js';
import { remarks } from './cluster-words.js';
import { PageElement } from './element.js';
import { logo } from './icons.js';
import { Poller } from './poller.js';
import { PageAttention } from './visibility.js';
import { counted, number } from './words.js';
/** @import {Cluster} from './types.js' */

const EVERY_MILLIS = 2000;

/** The page of the cluster: who is there, who produces what, and where the load is. */
class ClusterPage extends PageElement {
  static properties = {
    cluster: { state: true },
    failure: { state: true },
  };

  /** @type {PageAttention|undefined} */
  #attention;
  #poller = new Poller({
    ask: cluster,
    everyMillis: () => EVERY_MILLIS,
    onAnswer: (answer) => {
      this.cluster = answer;
      this.failure = '';
    },
    onFailure: (failure) => (this.failure = failure.message),
  });

  constructor() {
    super();
    /** @type {Cluster|undefined} */
    this.cluster = undefined;
    this.failure = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.#attention = new PageAttention((watched) => (watched ? this.#poller.start() : this.#poller.stop()));
    if (!document.hidden) {
      this.#poller.start();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#attention?.close();
    this.#poller.stop();
  }

  render() {
    const { cluster } = this;
    return html`
      <a class="skip" href="#members">Skip to the members</a>
      <header class="bar">
        <h1 class="brand">${logo}<a href=${httpUrl('')}>mediamesh</a></h1>
        <div class="bar-facts">
          ${cluster ? html`<span class="pill" data-testid="cluster-name">${cluster.clustered ? `Cluster ${cluster.name}` : 'One process'}</span>` : nothing}
          ${cluster ? html`<span class="count" data-testid="member-count" data-count=${cluster.count}><b>${counted(cluster.count, 'member')}</b></span>` : nothing}
        </div>
      </header>
      ${this.failure
        ? html`<div class="banner" data-level="bad" data-testid="banner" role="alert">
            <p><strong>${this.failure}</strong>${cluster ? ' What is shown is the last answer.' : ''}</p>
          </div>`
        : nothing}
      <main id="members" tabindex="-1">${cluster ? html`${this.#summary(cluster)} ${this.#members(cluster)}` : html`<p class="none">Asking the server …</p>`}</main>
    `;
  }

  /** @param {Cluster} cluster */
  #summary(cluster) {
    const found = remarks(cluster);
    const produced = cluster.members.reduce((sum, { produces }) => sum + (produces?.count ?? 0), 0);
    const cores = cluster.members.reduce((sum, { load }) => sum + (load?.cpu_cores ?? 0), 0);
    return html`
      <section class="summary" aria-label="The whole">
        <dl class="totals">
          ${Object.entries(cluster.services).map(
            ([service, count]) => html`<div data-testid="service-count" data-service=${service} data-count=${count}><dt>${service}</dt><dd>× ${number(count)}</dd></div>`,
          )}
          <div><dt>active topics</dt><dd>${number(produced)}</dd></div>
          <div><dt>CPU in all</dt><dd>${number(cores, 2)} <small>cores</small></dd></div>
        </dl>
        ${found.length === 0
          ? nothing
          : html`<ul class="remarks" data-testid="remarks" role="status">
              ${found.map(({ level, text }) => html`<li data-level=${level}>${text}</li>`)}
            </ul>`}
      </section>
    `;
  }

  /** @param {Cluster} cluster */
  #members(cluster) {
    return html`<section class="members" aria-label="Members">
      ${repeat(
        cluster.members,
        ({ id }) => id,
        (member) => html`<mm-cluster-member
          .member=${member}
          .coordinator=${cluster.count > 1 && member.id === cluster.coordinator}
          .answering=${cluster.count > 1 && member.id === cluster.answered_by}
        ></mm-cluster-member>`,
      )}
    </section>`;
  }
}

customElements.define('mm-cluster', ClusterPage);
