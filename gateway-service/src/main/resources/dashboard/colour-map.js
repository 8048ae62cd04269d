/**
 * Colours for levels: from dark blue over violet and orange to pale yellow, each step as much lighter than the one before
 * as the next, so that equal differences look equal and the order is seen without colours too. Made in the space OKLCH
 * (Ottosson, "A perceptual color space for image processing", 2020), where lightness is what eyes take for it.
 */

/** @type {[lightness: number, chroma: number, hueDegrees: number][]} at equal distances */
const STOPS = [
  [0.13, 0.03, 265],
  [0.30, 0.13, 285],
  [0.47, 0.19, 325],
  [0.64, 0.18, 390],
  [0.80, 0.15, 430],
  [0.96, 0.09, 465],
];

export const SHADES = 256;

/** RGB of each shade, each channel a byte, one after the other. */
export const COLOURS = colours();

function colours() {
  const all = new Uint8ClampedArray(3 * SHADES);
  for (let shade = 0; shade < SHADES; shade += 1) {
    const place = (shade / (SHADES - 1)) * (STOPS.length - 1);
    const stop = Math.min(STOPS.length - 2, Math.floor(place));
    const mixed = STOPS[stop].map((value, part) => value + (STOPS[stop + 1][part] - value) * (place - stop));
    all.set(rgb(mixed[0], mixed[1], (mixed[2] * Math.PI) / 180), 3 * shade);
  }
  return all;
}

/**
 * @param {number} lightness
 * @param {number} chroma
 * @param {number} hue in radians
 * @returns {number[]} sRGB, 0 to 255; may lie outside, where a screen has no such colour
 */
function rgb(lightness, chroma, hue) {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ].map((light) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * Math.max(light, 0) ** (1 / 2.4) - 0.055));
}
