/** @import {Recording, Stream, Health} from './types.js' */

/** The gateway's root; this file lies one folder below it, also behind a proxy that adds a path. */
const ROOT = new URL('../', import.meta.url);

/** A recorder opens files before it answers, and closes and hashes them. */
const SLOW_MILLIS = 15_000;

/** The server said no, or nothing (status 0). The message is a sentence for a person. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{status?: number, code?: string, field?: string}} [details]
   */
  constructor(message, { status = 0, code = '', field = '' } = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** @param {string} path relative to the gateway's root */
export function httpUrl(path) {
  return new URL(path, ROOT).href;
}

/**
 * @param {string} streamId
 * @param {string} kind of topic, for example `video`
 * @param {Record<string, string|number>} [query]
 */
export function socketUrl(streamId, kind, query = {}) {
  const url = new URL(`${streamPath(streamId)}/topics/${encodeURIComponent(kind)}`, ROOT);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, String(value));
  }
  return url.href;
}

/** @param {string} streamId */
export function streamPath(streamId) {
  return `api/v1/streams/${encodeURIComponent(streamId)}`;
}

/** @returns {Promise<Stream[]>} */
export async function listStreams() {
  const { body } = await call('api/v1/streams');
  return body?.streams ?? [];
}

/**
 * @param {string} id
 * @returns {Promise<Stream>}
 */
export async function getStream(id) {
  return (await call(streamPath(id))).body;
}

/** @returns {Promise<{name?: string, version?: string}>} */
export async function identity() {
  return (await call('')).body ?? {};
}

/** @returns {Promise<import('./topic-row.js').Topic[]>} */
export async function listTopics() {
  const { body } = await call('api/v1/topics');
  return body?.topics ?? [];
}

/** @returns {Promise<{id: string, name: string}[]>} the members of the mesh */
export async function listMembers() {
  const { body } = await call('api/v1/cluster?topics=0');
  return body?.members ?? [];
}

/** @returns {Promise<import('./types.js').Cluster>} the members and how they do */
export async function cluster() {
  return (await call('api/v1/cluster?topics=50')).body;
}

/**
 * A gateway that is loading or degraded answers 503 with the same body, so that status is no failure here.
 *
 * @returns {Promise<Health>}
 */
export async function health() {
  const { body } = await call('health', { alsoGood: [503] });
  return body?.status ? body : { status: 'unknown', reason: 'the server does not tell its health' };
}

/**
 * @param {string} id
 * @param {{url: string, loop: boolean}} source
 * @returns {Promise<{created: boolean}>} created is false when the same stream was there already
 */
export async function putStream(id, source) {
  const { status } = await call(streamPath(id), { method: 'PUT', body: { source } });
  return { created: status === 201 };
}

/** @param {string} id */
export async function deleteStream(id) {
  await call(streamPath(id), { method: 'DELETE', alsoGood: [404] });
}

/**
 * @param {string} id
 * @returns {Promise<boolean>}
 */
export async function streamExists(id) {
  const { status } = await call(streamPath(id), { alsoGood: [404] });
  return status !== 404;
}

/**
 * @param {string} streamId
 * @returns {Promise<Record<string, string>>} what holds for the analyses of this stream, by key
 */
export async function soundSettings(streamId) {
  return textsOf((await call(`${streamPath(streamId)}/audio/settings`)).body?.values);
}

/**
 * @param {string} streamId
 * @param {Record<string, string>} values by key; for everybody
 */
export async function changeSoundSettings(streamId, values) {
  const { body } = await call(`${streamPath(streamId)}/audio/settings`, { method: 'PUT', body: { values } });
  return textsOf(body?.values);
}

/** @param {Record<string, unknown>} [values] */
function textsOf(values = {}) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** @returns {Promise<Recording[]>} newest first */
export async function listRecordings() {
  const { body } = await call('api/v1/recordings');
  return body?.recordings ?? [];
}

/**
 * @param {string} id
 * @returns {Promise<Recording>}
 */
export async function getRecording(id) {
  return (await call(recordingPath(id))).body;
}

/** @param {string} streamId */
export async function startRecording(streamId) {
  await call(`${streamPath(streamId)}/recordings`, { method: 'POST', timeoutMillis: SLOW_MILLIS });
}

/** @param {string} id */
export async function stopRecording(id) {
  await call(`${recordingPath(id)}/stop`, { method: 'POST', timeoutMillis: SLOW_MILLIS });
}

/** @param {string} id */
export async function deleteRecording(id) {
  await call(recordingPath(id), { method: 'DELETE', alsoGood: [404], timeoutMillis: SLOW_MILLIS });
}

/** @param {string} id */
export function recordingPath(id) {
  return `api/v1/recordings/${encodeURIComponent(id)}`;
}

/**
 * @param {string} path
 * @param {{method?: string, body?: object, alsoGood?: number[], timeoutMillis?: number}} [options]
 * @returns {Promise<{status: number, body: any}>}
 */
async function call(path, { method = 'GET', body, alsoGood = [], timeoutMillis = 8000 } = {}) {
  /** @type {Response} */
  let response;
  let text;
  try {
    response = await fetch(httpUrl(path), {
      method,
      headers: body ? { Accept: 'application/json', 'Content-Type': 'application/json' } : { Accept: 'application/json' },
      body: body && JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMillis),
    });
    text = await response.text();
  } catch (cause) {
    const slow = cause instanceof DOMException && cause.name === 'TimeoutError';
    throw new ApiError(
      slow ? `The server did not answer within ${timeoutMillis / 1000} seconds.` : 'The server can’t be reached.',
      { code: slow ? 'timeout' : 'unreachable' },
    );
  }
  const answer = parsed(text);
  if (!response.ok && !alsoGood.includes(response.status)) {
    throw new ApiError(answer?.error ?? `The server answered with status ${response.status}.`, {
      status: response.status,
      code: answer?.code,
      field: answer?.field,
    });
  }
  return { status: response.status, body: answer };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
