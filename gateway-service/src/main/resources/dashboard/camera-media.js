const USUAL = { width: 640, height: 480, frameRate: 30 };

/** @typedef {''|'user'|'environment'} Facing which camera of a phone: that above its screen or that at its back; '' for any */

/** Whether this is a device whose cameras look to different sides. */
export const hasTwoSides = () => matchMedia('(pointer: coarse)').matches;

/**
 * Opens a camera. A device that has none on that side, or none with such pictures, gives the nearest one it has.
 *
 * @param {object} wish
 * @param {Facing} wish.facing
 * @param {boolean} [wish.sound]
 * @param {{width: number, height: number, frameRate: number}} [wish.picture]
 */
export function openMedia({ facing, sound = false, picture = USUAL }) {
  const video = {
    width: { ideal: picture.width },
    height: { ideal: picture.height },
    frameRate: { ideal: picture.frameRate },
  };
  return navigator.mediaDevices.getUserMedia({
    video: facing === '' ? video : { ...video, facingMode: { ideal: facing } },
    audio: sound,
  });
}
