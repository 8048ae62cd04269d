/**
 * The texts that WHIP and WHEP exchange: the ICE servers in `Link` headers, and fragments of descriptions with ICE
 * candidates (RFC 9725, RFC 8840). Nothing here knows of the browser.
 */

/**
 * @param {string|null|undefined} header `Link` headers, several of them joined by commas
 * @returns {RTCIceServer[]} those that are ICE servers, for an `RTCPeerConnection`
 */
export function iceServers(header) {
  const servers = [];
  for (const [, target, rest] of (header ?? '').matchAll(/<([^<>]*)>((?:[^<>",]|"(?:[^"\\]|\\.)*")*)/g)) {
    const parameters = linkParameters(rest);
    if (!(parameters.rel ?? '').split(/\s+/).includes('ice-server') || !/^(stun|turn)s?:/i.test(target)) {
      continue;
    }
    /** @type {RTCIceServer} */
    const server = { urls: target };
    if (parameters.username !== undefined) {
      server.username = parameters.username;
      server.credential = parameters.credential ?? '';
    }
    servers.push(server);
  }
  return servers;
}

/**
 * @param {string} text for example `; rel="ice-server"; username="u"`
 * @returns {Record<string, string>}
 */
function linkParameters(text) {
  /** @type {Record<string, string>} */
  const parameters = {};
  for (const [, name, quoted, plain] of text.matchAll(/;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/g)) {
    parameters[name.toLowerCase()] = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
  }
  return parameters;
}

/**
 * @param {string} sdp
 * @param {string} name of an attribute
 * @returns {string} its first value, or nothing
 */
export function attribute(sdp, name) {
  return new RegExp(`^a=${name}:(.*?)\\s*$`, 'm').exec(sdp)?.[1] ?? '';
}

/**
 * What is told to the server after the offer: candidates, or with none of them that ICE begins anew.
 *
 * @param {string} sdp the description whose ICE agent is meant
 * @param {ReadonlyArray<{candidate: string, sdpMid?: string|null}>} candidates
 * @param {boolean} [complete] whether no more will come
 */
export function iceFragment(sdp, candidates, complete = false) {
  const lines = [`a=ice-ufrag:${attribute(sdp, 'ice-ufrag')}`, `a=ice-pwd:${attribute(sdp, 'ice-pwd')}`];
  const first = attribute(sdp, 'mid');
  const mids = [...new Set(candidates.map(({ sdpMid }) => sdpMid || first))];
  for (const mid of mids.length === 0 ? [first] : mids) {
    lines.push(mediaLine(sdp, mid), `a=mid:${mid}`);
    for (const { candidate, sdpMid } of candidates) {
      if ((sdpMid || first) === mid && candidate !== '') {
        lines.push(`a=${candidate}`);
      }
    }
    if (complete) {
      lines.push('a=end-of-candidates');
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * @param {string} sdp
 * @param {string} mid
 */
function mediaLine(sdp, mid) {
  const section = sections(sdp).find((lines) => lines.includes(`a=mid:${mid}`));
  return section?.[0] ?? 'm=audio 9 UDP/TLS/RTP/SAVPF 0';
}

/** @param {string} sdp */
function sections(sdp) {
  return sdp
    .split(/^(?=m=)/m)
    .slice(1)
    .map((section) => section.trimEnd().split(/\r?\n/));
}

/**
 * The server's answer as it is after a restart of ICE: all sections share the transport of the first one.
 *
 * @param {string} answer
 * @param {string} fragment what the server said to the restart
 * @returns {string}
 */
export function restartedAnswer(answer, fragment) {
  const [ufrag, pwd] = [attribute(fragment, 'ice-ufrag'), attribute(fragment, 'ice-pwd')];
  if (ufrag === '' || pwd === '') {
    throw new Error('The server did not say how ICE begins anew.');
  }
  const candidates = fragment.split(/\r?\n/).filter((line) => /^a=(candidate:|end-of-candidates)/.test(line));
  const lines = [];
  let media = 0;
  for (const line of answer.trimEnd().split(/\r?\n/)) {
    if (line.startsWith('m=')) {
      media += 1;
      if (media === 2) {
        lines.push(...candidates);
      }
    }
    if (line.startsWith('a=ice-ufrag:')) {
      lines.push(`a=ice-ufrag:${ufrag}`);
    } else if (line.startsWith('a=ice-pwd:')) {
      lines.push(`a=ice-pwd:${pwd}`);
    } else if (!/^a=(candidate:|end-of-candidates)/.test(line)) {
      lines.push(line);
    }
  }
  if (media === 1) {
    lines.push(...candidates);
  }
  return `${lines.join('\r\n')}\r\n`;
}
