import { AwakeScreen } from './awake-screen.js';
import { openMedia } from './camera-media.js';
import { shrunk } from './rectangle.js';

const QUALITY = 0.8;

/**
 * @typedef {object} PictureSource something that has a picture at any moment
 * @property {CanvasImageSource} drawable
 * @property {() => {width: number, height: number}} size in pixels
 * @property {(handler: () => void) => void} onEnd it gives no more pictures, for example because a camera was pulled out
 * @property {() => void} close
 */

/**
 * @param {{longestPx: number, perSecond: number}} wish
 * @returns {Promise<PictureSource>} fails as `getUserMedia` does
 */
export async function openCamera({ longestPx, perSecond }) {
  const media = await openMedia({
    facing: 'environment',
    picture: { width: longestPx, height: Math.round((longestPx * 3) / 4), frameRate: perSecond },
  });
  const video = silentVideo();
  video.srcObject = media;
  await video.play();
  const screen = new AwakeScreen();
  screen.keep();
  return {
    drawable: video,
    size: () => ({ width: video.videoWidth, height: video.videoHeight }),
    onEnd: (handler) => media.getTracks().forEach((track) => track.addEventListener('ended', handler)),
    close: () => {
      media.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
      screen.letGo();
    },
  };
}

/**
 * @param {File} file a picture, or a video, which is played again and again
 * @returns {Promise<PictureSource>} fails with a sentence where the browser can't show it
 */
export async function openFile(file) {
  try {
    return await (file.type.startsWith('image/') ? openPicture(file) : openVideo(file));
  } catch {
    throw new Error(`This browser can’t show ${file.name}. Choose a picture or a video that it plays.`);
  }
}

/** @param {File} file */
async function openPicture(file) {
  const picture = await createImageBitmap(file);
  return {
    drawable: picture,
    size: () => ({ width: picture.width, height: picture.height }),
    onEnd: () => {},
    close: () => picture.close(),
  };
}

/** @param {File} file */
async function openVideo(file) {
  const video = silentVideo();
  const url = URL.createObjectURL(file);
  const close = () => {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  };
  video.loop = true;
  video.src = url;
  try {
    await video.play();
  } catch (failure) {
    close();
    throw failure;
  }
  return {
    drawable: video,
    size: () => ({ width: video.videoWidth, height: video.videoHeight }),
    onEnd: () => {},
    close,
  };
}

function silentVideo() {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  return video;
}

/**
 * @param {PictureSource} source
 * @param {number} longestPx of the longer side
 * @returns {() => Promise<Uint8Array|undefined>} gives the picture of now as a JPEG file
 */
export function jpegs(source, longestPx) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false });
  return async () => {
    const size = source.size();
    if (context === null || size.width === 0 || size.height === 0) {
      return undefined;
    }
    const { width, height } = shrunk(size, longestPx);
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
    }
    context.drawImage(source.drawable, 0, 0, width, height);
    const file = await new Promise((/** @type {(file: Blob|null) => void} */ done) =>
      canvas.toBlob(done, 'image/jpeg', QUALITY),
    );
    return file === null ? undefined : new Uint8Array(await file.arrayBuffer());
  };
}
