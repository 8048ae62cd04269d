import { Plot } from './plot.js';
import { hertz, isNumber, signed } from './scales.js';

const MOST_CENTS = 50;
/** The dial ends so far from upright. */
const MOST_ANGLE = Math.PI / 3;
/** So close nobody hears a difference. */
const IN_TUNE_CENTS = 5;
const EASE_MILLIS = 70;
const THERE_CENTS = 0.05;
/** The note stays this long after it has ended, faded, so that it can be read. */
const LINGER_MILLIS = 1200;

/**
 * @typedef {object} Pitch
 * @property {number|null} frequency_hz null where there is no pitch, as the note and the cents
 * @property {string|null} note_name
 * @property {number|null} cents from the note
 * @property {number} confidence 0 to 1
 * @property {number} amplitude_db
 * @property {number} harmonic_clarity 0 to 1
 */

/** The note, and on a dial how many cents it is off. */
export class TunerCanvas extends Plot {
  /** @type {Pitch|undefined} */
  pitch;
  /** @type {Pitch|undefined} the last one that had a note */
  #note;
  #heardAt = -Infinity;
  #needle = 0;
  #now = 0;

  /**
   * @param {Pitch} pitch
   * @param {number} now
   */
  take(pitch, now) {
    this.pitch = pitch;
    if (isNumber(pitch.frequency_hz) && pitch.note_name) {
      if (this.#note?.note_name !== pitch.note_name) {
        this.#needle = pitch.cents ?? 0;
      }
      this.#note = pitch;
      this.#heardAt = now;
    }
  }

  /**
   * @param {number} millis
   * @param {number} now
   */
  move(millis, now) {
    this.#now = now;
    if (this.#note && now - this.#heardAt > LINGER_MILLIS) {
      this.#note = undefined;
      return true;
    }
    const rest = (this.#note?.cents ?? 0) - this.#needle;
    if (this.#note === undefined || Math.abs(rest) < THERE_CENTS) {
      return false;
    }
    this.#needle += rest * (1 - Math.exp(-millis / EASE_MILLIS));
    return true;
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const radius = Math.min(this.width * 0.47, this.height * 0.9);
    const middle = { x: this.width / 2, y: (this.height - radius) / 2 + radius + 8 };
    this.#paintDial(context, middle, radius);
    const note = this.#note;
    const now = isNumber(this.pitch?.frequency_hz);
    const fine = note !== undefined && Math.abs(this.#needle) <= IN_TUNE_CENTS;
    if (note) {
      const angle = Math.max(-1, Math.min(1, this.#needle / MOST_CENTS)) * MOST_ANGLE;
      context.globalAlpha = now ? 1 : 0.4;
      context.strokeStyle = fine ? this.theme.good : this.theme.warn;
      context.lineWidth = 3;
      context.lineCap = 'round';
      context.beginPath();
      context.moveTo(middle.x + Math.sin(angle) * radius * 0.62, middle.y - Math.cos(angle) * radius * 0.62);
      context.lineTo(middle.x + Math.sin(angle) * radius * 0.97, middle.y - Math.cos(angle) * radius * 0.97);
      context.stroke();
      context.lineWidth = 1;
    }
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.fillStyle = note ? (fine ? this.theme.good : this.theme.text) : this.theme.muted;
    context.font = `680 ${Math.round(radius * 0.34)}px system-ui, sans-serif`;
    context.fillText(note?.note_name?.replace('#', '♯') ?? '–', middle.x, middle.y - radius * 0.16);
    context.globalAlpha = 1;
    this.#paintConfidence(context, middle, radius);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{x: number, y: number}} middle
   * @param {number} radius
   */
  #paintDial(context, middle, radius) {
    const upright = -Math.PI / 2;
    const fine = (IN_TUNE_CENTS / MOST_CENTS) * MOST_ANGLE;
    context.lineWidth = 6;
    context.strokeStyle = this.theme['line-strong'];
    context.beginPath();
    context.arc(middle.x, middle.y, radius, upright - MOST_ANGLE, upright + MOST_ANGLE);
    context.stroke();
    context.strokeStyle = this.theme.good;
    context.beginPath();
    context.arc(middle.x, middle.y, radius, upright - fine, upright + fine);
    context.stroke();
    context.lineWidth = 1;
    context.strokeStyle = this.theme['line-strong'];
    context.fillStyle = this.theme.muted;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.beginPath();
    for (let cents = -MOST_CENTS; cents <= MOST_CENTS; cents += 10) {
      const angle = (cents / MOST_CENTS) * MOST_ANGLE;
      const [sin, cos] = [Math.sin(angle), -Math.cos(angle)];
      const long = cents % 50 === 0 ? 14 : 8;
      context.moveTo(middle.x + sin * (radius - 6), middle.y + cos * (radius - 6));
      context.lineTo(middle.x + sin * (radius - 6 - long), middle.y + cos * (radius - 6 - long));
      if (cents % 20 === 0 || cents % 50 === 0) {
        context.fillText(signed(cents, 0), middle.x + sin * (radius + 13), middle.y + cos * (radius + 13));
      }
    }
    context.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{x: number, y: number}} middle
   * @param {number} radius
   */
  #paintConfidence(context, middle, radius) {
    const wide = radius * 0.7;
    const y = middle.y - radius * 0.06;
    context.fillStyle = this.theme.raised;
    context.fillRect(middle.x - wide / 2, y, wide, 4);
    context.fillStyle = this.theme.accent;
    context.fillRect(middle.x - wide / 2, y, wide * Math.max(0, Math.min(1, this.pitch?.confidence ?? 0)), 4);
  }

  figures() {
    const note = this.#now - this.#heardAt > LINGER_MILLIS ? undefined : this.#note;
    return [
      { id: 'note', name: 'Note', value: note?.note_name ?? '–', drawn: true },
      { id: 'cents', name: 'Off by', value: isNumber(note?.cents) ? `${signed(note.cents, 1)} cents` : '–' },
      { id: 'frequency', name: 'Frequency', value: hertz(note?.frequency_hz) },
      { id: 'confidence', name: 'Confidence', value: this.pitch ? `${Math.round(this.pitch.confidence * 100)}%` : '–' },
    ];
  }
}
