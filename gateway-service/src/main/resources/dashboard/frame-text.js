/** The pictures of broadcasts as text, and the mark by which a broadcaster knows its own again. */

const MARK = 'mediamesh ';
/** Of a picture's text, so much is looked through for a mark: it comes first or after the header of JFIF. */
const LOOKED_AT = 128;
/** A multiple of three, so that pieces can be put together. */
const PIECE = 0x6000;

/** @param {Uint8Array} bytes */
export function base64Of(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  }
  return text;
}

/**
 * @param {string} text base64, with or without the beginning `data:…,`
 * @returns {Uint8Array|undefined} nothing where it is no base64
 */
export function bytesOf(text) {
  try {
    const letters = atob(text.slice(start(text)));
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at += 1) {
      bytes[at] = letters.charCodeAt(at);
    }
    return bytes;
  } catch {
    return undefined;
  }
}

/** @param {Uint8Array} bytes of a picture */
export function pictureType(bytes) {
  return bytes[0] === 0x89 && bytes[1] === 0x50 ? 'image/png' : 'image/jpeg';
}

/**
 * Puts a mark into a JPEG file, in a comment that programs which show it pass over (ITU-T T.81, B.2.4.5).
 *
 * @param {Uint8Array} jpeg
 * @param {string} mark of ASCII letters, at most 40
 */
export function marked(jpeg, mark) {
  const text = new TextEncoder().encode(MARK + mark);
  const comment = Uint8Array.of(0xff, 0xfe, 0, text.length + 2, ...text);
  const at = afterHeader(jpeg);
  const file = new Uint8Array(jpeg.length + comment.length);
  file.set(jpeg.subarray(0, at));
  file.set(comment, at);
  file.set(jpeg.subarray(at), at + comment.length);
  return file;
}

/**
 * @param {string} text a picture in base64
 * @returns {string} the mark in it; nothing where there is none
 */
export function markOf(text) {
  const from = start(text);
  const bytes = bytesOf(text.slice(from, from + LOOKED_AT));
  if (bytes === undefined || bytes[0] !== 0xff || bytes[1] !== 0xd8) {
    return '';
  }
  const at = afterHeader(bytes);
  if (bytes[at] !== 0xff || bytes[at + 1] !== 0xfe) {
    return '';
  }
  const comment = new TextDecoder('latin1').decode(bytes.subarray(at + 4, at + 2 + length(bytes, at)));
  return comment.startsWith(MARK) ? comment.slice(MARK.length) : '';
}

/** @param {string} text where its base64 begins */
function start(text) {
  return text.startsWith('data:') ? text.indexOf(',') + 1 : 0;
}

/**
 * Where a JPEG file goes on behind its beginning and the header of JFIF, which wants to be first.
 *
 * @param {Uint8Array} jpeg
 */
function afterHeader(jpeg) {
  return jpeg[2] === 0xff && jpeg[3] === 0xe0 ? 4 + length(jpeg, 2) : 2;
}

/**
 * @param {Uint8Array} jpeg
 * @param {number} at where a segment begins
 * @returns {number} bytes of the segment, without the two that name it
 */
function length(jpeg, at) {
  return (jpeg[at + 2] << 8) | jpeg[at + 3];
}
