/** What a person should know when the browser's camera can't be used. */

const STREAM_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * @param {string} id
 * @param {ReadonlyArray<string>} taken names that are in use
 * @returns {string} what is wrong with it; nothing when it is a good name
 */
export function nameFault(id, taken) {
  if (id === '') {
    return 'The stream needs a name.';
  }
  if (!STREAM_ID.test(id)) {
    return 'A name has 1 to 128 letters, digits, “.”, “_” and “-”, and begins with a letter or a digit.';
  }
  return taken.includes(id) ? nameTaken(id) : '';
}

/** @param {string} id */
function nameTaken(id) {
  return `There is a stream named ${id} already. Choose another name.`;
}

/**
 * @param {() => number} [random]
 * @returns {string} a name for this browser's stream
 */
export function browserName(random = Math.random) {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  return `browser-${Array.from({ length: 4 }, () => letters[Math.floor(random() * letters.length)]).join('')}`;
}

/**
 * @param {{secure: boolean, origin: string, devices: boolean, webRtc: boolean}} browser `devices` tells whether it has
 *     `navigator.mediaDevices`
 * @returns {string} why this page can't have a camera at all; nothing when it can
 */
export function cameraImpossible({ secure, origin, devices, webRtc }) {
  if (!secure) {
    return `A browser gives its camera only to pages that were opened by https or from localhost, and this one came from ${origin}. Open it by https, or at http://localhost on the server’s own machine.`;
  }
  if (!devices) {
    return 'This browser gives no page a camera.';
  }
  return webRtc ? '' : 'This browser has no WebRTC, by which the picture would be sent.';
}

/**
 * @param {Error} failure of `getUserMedia`
 * @param {boolean} sound whether the microphone was asked for too
 */
export function cameraRefused(failure, sound) {
  const what = sound ? 'the camera and the microphone' : 'the camera';
  switch (failure.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return `The browser was not allowed to use ${what}. Allow it in the settings of this page (the sign beside its address), then try again.`;
    case 'NotFoundError':
    case 'OverconstrainedError':
      return sound ? 'No camera or no microphone was found. Without sound, a camera is enough.' : 'No camera was found.';
    case 'NotReadableError':
    case 'AbortError':
      return `${what[0].toUpperCase()}${what.slice(1)} could not be started. Perhaps another program uses it.`;
    default:
      return `The browser could not give ${what}: ${failure.message || failure.name}.`;
  }
}

/**
 * @param {Error & {status?: number}} failure of the server to take the stream
 * @param {string} id
 */
export function whipRefused(failure, id) {
  switch (failure.status) {
    case 401:
      return 'The server takes pictures only with a token.';
    case 403:
      return `The server does not take pictures from this page: ${failure.message}.`;
    case 409:
      return nameTaken(id);
    case 503:
      return `The server is busy: ${failure.message}.`;
    default:
      return /[.!?]$/.test(failure.message) ? failure.message : `${failure.message}.`;
  }
}
