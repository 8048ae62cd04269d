import { DelayCanvas } from './delay-canvas.js';
import { LevelCanvas } from './level-canvas.js';
import { OctaveCanvas } from './octave-canvas.js';
import { ScopeCanvas } from './scope-canvas.js';
import { SpectrumCanvas } from './spectrum-canvas.js';
import { TunerCanvas } from './tuner-canvas.js';
import { WaterfallCanvas } from './waterfall-canvas.js';

/**
 * @typedef {object} Figure a number beside a drawing
 * @property {string} id
 * @property {string} name
 * @property {string} value
 * @property {boolean} [drawn] whether the drawing has it in large letters: it is not shown twice
 *
 * @typedef {object} SoundPanel
 * @property {string} kind of topic
 * @property {string} title
 * @property {string} shows what is drawn, for those who do not see it
 * @property {new (canvas: HTMLCanvasElement) => import('./plot.js').Plot & {figures(): Figure[]}} Drawing
 * @property {boolean} [keepsAll] whether each message is drawn, and not only the newest
 * @property {boolean} [points] whether a cursor tells what is where
 * @property {number} [leastChannels] fewer have nothing to show
 * @property {{key: string, label: string, choices: string[]}[]} [settings] of the analysis, that can be changed here
 */

/** @type {SoundPanel[]} in the order of the page */
export const SOUND_PANELS = [
  { kind: 'levels', title: 'Levels', shows: 'Peak and RMS of each channel, −60 to 0 dBFS', Drawing: LevelCanvas },
  {
    kind: 'fft_spectrum',
    title: 'Spectrum',
    shows: 'Levels over frequencies, 20 Hz to 20 kHz',
    Drawing: SpectrumCanvas,
    points: true,
    settings: [
      { key: 'audio.fft_spectrum.weighting', label: 'Weighting', choices: ['none', 'A', 'B', 'C'] },
      { key: 'audio.fft_spectrum.fft_size', label: 'Size', choices: ['1024', '2048', '4096', '8192', '16384', '32768'] },
    ],
  },
  {
    kind: 'octave_spectrum',
    title: 'Octave bands',
    shows: 'The level of each band and of all of them',
    Drawing: OctaveCanvas,
    points: true,
    settings: [
      { key: 'audio.octave_spectrum.bands_per_octave', label: 'Bands an octave', choices: ['1', '3', '6', '12', '24'] },
      { key: 'audio.octave_spectrum.weighting', label: 'Weighting', choices: ['none', 'A', 'B', 'C'] },
    ],
  },
  {
    kind: 'spectrogram',
    title: 'Spectrogram',
    shows: 'Levels over frequencies and time, as colours',
    Drawing: WaterfallCanvas,
    keepsAll: true,
    points: true,
    settings: [
      { key: 'audio.spectrogram.axis', label: 'Axis', choices: ['log', 'linear'] },
      { key: 'audio.spectrogram.fft_size', label: 'Size', choices: ['1024', '2048', '4096', '8192', '16384'] },
    ],
  },
  { kind: 'pitch_tracker', title: 'Tuner', shows: 'The note, and how many cents it is off', Drawing: TunerCanvas },
  { kind: 'scope', title: 'Scope', shows: 'The wave over a few milliseconds', Drawing: ScopeCanvas, points: true },
  {
    kind: 'delay_estimator',
    title: 'Delay',
    shows: 'How much later the second channel is',
    Drawing: DelayCanvas,
    leastChannels: 2,
  },
];

const KEY = 'mediamesh.sound-panels-off';

/** @returns {string[]} kinds of the panels that this viewer has switched off */
export function rememberedOff() {
  try {
    const kinds = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kinds) ? kinds : [];
  } catch {
    return [];
  }
}

/** @param {string[]} kinds */
export function rememberOff(kinds) {
  try {
    localStorage.setItem(KEY, JSON.stringify(kinds));
  } catch {
    // it holds until the page is closed
  }
}
