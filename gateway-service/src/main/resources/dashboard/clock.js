/**
 * The server's clock as seen from here, so that latency is right when the two clocks differ. Of the last answers the
 * one with the shortest round trip counts: the error is at most half of that.
 */
export class ServerClock {
  /** @type {{roundTrip: number, offset: number}[]} */
  #samples = [];
  #now;

  /** @param {() => number} [now] this machine's clock in Unix milliseconds */
  constructor(now = () => Date.now()) {
    this.#now = now;
  }

  /**
   * @param {number} serverSeconds what the server's clock said, in Unix seconds
   * @param {number} sentMillis when it was asked, by this machine's clock
   * @param {number} receivedMillis when the answer was here
   */
  observe(serverSeconds, sentMillis, receivedMillis) {
    const roundTrip = Math.max(0, receivedMillis - sentMillis);
    const offset = serverSeconds * 1000 - (sentMillis + receivedMillis) / 2;
    this.#samples.push({ roundTrip, offset });
    if (this.#samples.length > 8) {
      this.#samples.shift();
    }
  }

  /** Unix milliseconds by the server's clock; by our own until the server told its time. */
  nowMillis() {
    return this.#now() + this.#best().offset;
  }

  /** By how much `nowMillis` may be wrong, either way; infinite until the server told its time. */
  uncertaintyMillis() {
    return this.#best().roundTrip / 2;
  }

  #best() {
    let best = { roundTrip: Infinity, offset: 0 };
    for (const sample of this.#samples) {
      if (sample.roundTrip <= best.roundTrip) {
        best = sample;
      }
    }
    return best;
  }
}
