import { html, nothing } from 'lit';
import { busyWith, clock, mebibytes, producedStreams, used } from './cluster-words.js';
import { PageElement } from './element.js';
import { age, counted, millis, number } from './words.js';
/** @import {Member} from './types.js' */

/** A member of the mesh: what it runs, what it produces, and what it has to do. */
class ClusterMember extends PageElement {
  static properties = {
    member: { attribute: false },
    coordinator: { type: Boolean },
    answering: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {Member|undefined} */
    this.member = undefined;
    /** Whether it has been there longest. */
    this.coordinator = false;
    /** Whether it is the one that this page asks. */
    this.answering = false;
  }

  render() {
    const { member } = this;
    return member === undefined
      ? nothing
      : html`
          <article class="member" data-testid="member" data-member=${member.name} data-reachable=${member.reachable}>
            <header>
              <h3>${member.name}</h3>
              ${this.#state(member)}
              <p class="muted">
                ${member.version}${this.coordinator ? ' · the oldest' : ''}${this.answering ? ' · answers this page' : ''}
              </p>
            </header>
            <ul class="services" aria-label="Services">
              ${member.services.map((service) => this.#service(member, service))}
            </ul>
            ${member.reachable ? html`${this.#load(member)} ${this.#facts(member)} ${this.#produced(member)}` : nothing}
          </article>
        `;
  }

  /** @param {Member} member */
  #state(member) {
    const [status, word] = !member.reachable ? ['failed', 'No answer'] : member.draining ? ['reconnecting', 'Leaving'] : ['live', 'At work'];
    return html`<span class="pill" data-state=${status} data-testid="member-state"><i></i>${word}</span>`;
  }

  /**
   * @param {Member} member
   * @param {string} service
   */
  #service(member, service) {
    const health = member.health?.[service];
    const status = health === undefined ? 'unknown' : health.ready ? 'ready' : 'degraded';
    return html`<li class="badge" data-status=${status} title=${health?.detail ?? ''}><i></i>${service}</li>`;
  }

  /** @param {Member} member */
  #load({ load }) {
    if (load === undefined) {
      return nothing;
    }
    const cpu = used(load.cpu_cores, load.processors);
    const heap = used(load.heap_used_bytes, load.heap_max_bytes);
    return html`
      <dl class="meters">
        ${meter('CPU', cpu, `${number(load.cpu_cores, 2)} of ${counted(load.processors, 'core')}`, 'cpu')}
        ${meter('Heap', heap, `${mebibytes(load.heap_used_bytes)} of ${mebibytes(load.heap_max_bytes)}`, 'heap')}
      </dl>
      ${load.pools.length === 0
        ? nothing
        : html`<ul class="pools" aria-label="Worker pools">
            ${load.pools.map(
              ({ name, threads, active, queued, rejected }) =>
                html`<li data-busy=${queued > 0 || rejected > 0} title="${name}: ${active} of ${threads} threads work, ${queued} tasks wait, ${rejected} were refused">
                  <span>${name}</span>
                  <b>${active}/${threads}</b>${queued > 0 ? html` <small>+${number(queued)}</small>` : nothing}${rejected > 0
                    ? html` <small class="refused">${number(rejected)} refused</small>`
                    : nothing}
                </li>`,
            )}
          </ul>`}
    `;
  }

  /** @param {Member} member */
  #facts(member) {
    const busy = busyWith(member);
    return html`
      <dl class="facts">
        <div><dt>Up for</dt><dd>${age((member.time ?? 0) - (member.since ?? 0))}</dd></div>
        <div><dt>Memory</dt><dd>${mebibytes(member.load?.resident_bytes)}</dd></div>
        <div><dt>Clock</dt><dd data-testid="member-clock">${clock(member)}</dd></div>
        <div><dt>Answers in</dt><dd>${millis(member.answered_in_ms)}</dd></div>
        <div><dt>Takes / sends</dt><dd>${number(member.links?.inbound)} / ${number(member.links?.outbound)} <small>topics</small></dd></div>
        <div><dt>Subscriptions</dt><dd>${number(member.subscriptions)}</dd></div>
        ${busy ? html`<div class="wide"><dt>Serves</dt><dd>${busy}</dd></div>` : nothing}
      </dl>
    `;
  }

  /** @param {Member} member */
  #produced(member) {
    const { produces } = member;
    if (produces === undefined || produces.count === 0) {
      return html`<p class="muted idle">Produces nothing now.</p>`;
    }
    const hidden = produces.count - produces.topics.length;
    return html`
      <details class="produced" data-testid="member-produces" ?open=${produces.count <= 6}>
        <summary>
          Produces ${counted(produces.count, 'topic')}
          <small>${Object.entries(produces.by_topic)
            .map(([kind, count]) => `${number(count)} ${kind}`)
            .join(' · ')}</small>
        </summary>
        <ul>
          ${producedStreams(member).map(
            ({ stream, topics }) => html`<li>
              <b>${stream}</b>
              ${topics.map(
                ({ topic, subscribers, rate, epoch }) =>
                  html`<span title="epoch ${epoch}">${topic} <small>${number(rate, 1)}/s → ${number(subscribers)}</small></span>`,
              )}
            </li>`,
          )}
        </ul>
        ${hidden > 0 ? html`<p class="muted">and ${counted(hidden, 'more topic')}</p>` : nothing}
      </details>
    `;
  }
}

/**
 * @param {string} name
 * @param {{share: number, level: string}|undefined} use
 * @param {string} words
 * @param {string} key
 */
function meter(name, use, words, key) {
  return html`<div>
    <dt>${name}</dt>
    <dd data-testid="member-${key}">${words}</dd>
    <dd class="gauge">
      <meter min="0" max="1" high="0.85" .value=${use?.share ?? 0} aria-label=${name}>${words}</meter>
    </dd>
  </div>`;
}

customElements.define('mm-cluster-member', ClusterMember);
