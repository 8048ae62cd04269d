"""Seven analyses of sound as a good Python programmer writes them: the peer of the audio benchmark.

    python analyse.py --mono FILE --stereo FILE [--rates levels=50,fft_spectrum=15,…] [--blocks 960] [--only TYPE]

The files hold raw little-endian 16-bit samples at 48 kHz; the delay is measured in the stereo one, everything else in the
mono one. The sound comes in blocks, as it would live, and each analysis gives as many results a second as --rates says.
It prints one JSON: CPU seconds for each second of sound, without and with making JSON of every result, for all together
and for each, and how many results there were. What Numba compiles and tables are made before the clock begins.

numpy and scipy with one thread, float32 where that is exact enough; arrays are worked on whole.
"""

import argparse
import json
import time

import librosa
import numpy as np
import scipy.fft
import scipy.signal

RATE = 48_000
FLOOR = 1e-7
WARM_UP_SECONDS = 3


def db(amplitude):
    return 20 * np.log10(np.maximum(amplitude, FLOOR))


class History:
    """The newest samples, consecutive in memory; one row for each channel."""

    KEPT = 65_536

    def __init__(self, channels):
        self.ring = np.zeros((channels, 2 * self.KEPT), dtype=np.float32)
        self.filled = 0
        self.end = 0

    def append(self, block):
        frames = block.shape[1]
        if self.filled + frames > self.ring.shape[1]:
            self.ring[:, : self.KEPT] = self.ring[:, self.filled - self.KEPT : self.filled]
            self.filled = self.KEPT
        self.ring[:, self.filled : self.filled + frames] = block
        self.filled += frames
        self.end += frames

    def last(self, frames, end):
        behind = self.filled - (self.end - end)
        return self.ring[:, behind - frames : behind]


class Analysis:
    """Gives a result every `RATE / rate_hz` frames."""

    reach = 0
    columns = 1

    def __init__(self, rate_hz):
        self.hop = round(RATE / (rate_hz * self.columns))
        self.next = -(-max(self.reach, self.hop) // self.hop) * self.hop

    def results(self, history):
        while self.next <= history.end:
            result = self.result(history, self.next)
            self.next += self.hop
            if result is not None:
                yield result


class Levels(Analysis):
    reach = int(0.3 * RATE)
    hold_seconds = 1.0
    fall_db = 20.0

    def __init__(self, rate_hz):
        super().__init__(rate_hz)
        self.hold = np.full(1, -150.0)
        self.held = 0.0

    def result(self, history, end):
        window = history.last(self.reach, end)
        peak = db(np.abs(window[:, -self.hop :]).max(axis=1))
        rms = db(np.sqrt(np.square(window).mean(axis=1)))
        self.held += self.hop / RATE
        falling = self.hold - self.fall_db * self.hop / RATE if self.held > self.hold_seconds else self.hold
        if (peak >= falling).any():
            self.held = 0.0
        self.hold = np.maximum(peak, falling)
        return {
            "peak_levels_db": peak,
            "rms_levels_db": rms,
            "peak_hold_levels_db": self.hold,
            "channel_labels": ["mono"],
            "integration_time": 0.3,
            "peak_hold_time": self.hold_seconds,
        }


class FftSpectrum(Analysis):
    reach = 4096

    def __init__(self, rate_hz):
        super().__init__(rate_hz)
        self.window = scipy.signal.get_window("hann", self.reach).astype(np.float32)
        self.scale = np.float32(2 / self.window.sum())
        self.frequencies = scipy.fft.rfftfreq(self.reach, 1 / RATE)

    def result(self, history, end):
        samples = history.last(self.reach, end)[0]
        magnitudes = np.abs(scipy.fft.rfft(samples * self.window)) * self.scale
        at = int(magnitudes[1:-1].argmax()) + 1
        low, mid, high = db(magnitudes[at - 1 : at + 2])
        curve = low - 2 * mid + high
        shift = 0.5 * (low - high) / curve if curve else 0.0
        return {
            "frequencies": self.frequencies,
            "magnitudes_linear": magnitudes,
            "phases": None,
            "fft_size": self.reach,
            "window_type": "hann",
            "overlap_factor": 1 - self.hop / self.reach if self.hop < self.reach else 0,
            "weighting": "none",
            "peak_frequency": float((at + shift) * RATE / self.reach),
            "peak_magnitude": float(mid - 0.25 * (low - high) * shift),
        }


class OctaveSpectrum(Analysis):
    """Third octaves with Butterworth filters of third order; levels averaged with the time constant `fast`."""

    response_seconds = 0.125

    def __init__(self, rate_hz):
        super().__init__(rate_hz)
        ratio = 10**0.3
        self.centres = 1000 * ratio ** (np.arange(-17, 14) / 3)
        edges = np.stack([self.centres * ratio ** (-1 / 6), self.centres * ratio ** (1 / 6)], axis=1)
        self.bands = [
            scipy.signal.butter(3, np.minimum(pair, 0.499 * RATE), btype="bandpass", fs=RATE, output="sos")
            for pair in edges
        ]
        self.states = [np.zeros((sos.shape[0], 2)) for sos in self.bands]
        self.energies = np.zeros(len(self.bands))
        self.keep = np.exp(-self.hop / RATE / self.response_seconds)
        self.labels = [f"{centre:.3g}" for centre in self.centres]

    def result(self, history, end):
        samples = history.last(self.hop, end)[0].astype(np.float64)
        for index, sos in enumerate(self.bands):
            band, self.states[index] = scipy.signal.sosfilt(sos, samples, zi=self.states[index])
            self.energies[index] = self.keep * self.energies[index] + (1 - self.keep) * (band @ band) / len(band)
        return {
            "center_frequencies": self.centres,
            "band_energies_db": db(np.sqrt(self.energies)),
            "band_labels": self.labels,
            "bands_per_octave": 3,
            "weighting": "none",
            "response_time": self.response_seconds,
            "overall_level": float(db(np.sqrt(self.energies.sum()))),
        }


class PitchTracker(Analysis):
    reach = 2048
    names = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

    def result(self, history, end):
        samples = history.last(self.reach, end)[0]
        rms = float(np.sqrt(np.square(samples).mean()))
        frequency = note = None
        if rms > 1e-3:
            frequency = float(
                librosa.yin(
                    samples, fmin=50, fmax=4000, sr=RATE, frame_length=self.reach, hop_length=self.reach, center=False
                )[0]
            )
            midi = round(69 + 12 * np.log2(frequency / 440))
            note = f"{self.names[midi % 12]}{midi // 12 - 1}"
        return {
            "frequency_hz": frequency,
            "confidence": 1.0 if frequency else 0.0,
            "note_name": note,
            "amplitude_db": float(db(rms)),
            "harmonic_clarity": 1.0 if frequency else 0.0,
        }


class DelayEstimator(Analysis):
    """GCC-PHAT."""

    reach = 8192

    def result(self, history, end):
        first, second = scipy.fft.rfft(history.last(self.reach, end))
        cross = second * np.conj(first)
        correlation = scipy.fft.irfft(cross / np.maximum(np.abs(cross), FLOOR), self.reach)
        strength = np.abs(correlation)
        at = int(strength.argmax())
        low, mid, high = strength[at - 1], strength[at], strength[(at + 1) % self.reach]
        curve = low - 2 * mid + high
        samples = at + (0.5 * (low - high) / curve if curve else 0.0)
        samples = float(samples - self.reach if samples > self.reach / 2 else samples)
        return {
            "delay_ms": 1000 * samples / RATE,
            "delay_samples": samples,
            "distance_m": 343 * samples / RATE,
            "confidence": float(min(1.0, mid)),
            "polarity": "normal" if correlation[at] >= 0 else "inverted",
            "channel_labels": ["L", "R"],
        }


class Spectrogram(Analysis):
    """Two columns in a message, each the strongest of nine bins."""

    reach = 4096
    columns = 2
    pooled = 9

    def __init__(self, rate_hz):
        super().__init__(rate_hz)
        self.window = scipy.signal.get_window("hann", self.reach).astype(np.float32)
        self.scale = np.float32(2 / self.window.sum())
        self.starts = np.arange(0, self.reach // 2 + 1, self.pooled)
        self.frequencies = scipy.fft.rfftfreq(self.reach, 1 / RATE)[self.starts]
        self.waiting = []

    def result(self, history, end):
        samples = history.last(self.reach, end)[0]
        magnitudes = np.abs(scipy.fft.rfft(samples * self.window)) * self.scale
        self.waiting.append(db(np.maximum.reduceat(magnitudes, self.starts)))
        if len(self.waiting) < self.columns:
            return None
        columns, self.waiting = self.waiting, []
        return {
            "times": [-self.hop / RATE, 0],
            "frequencies": self.frequencies,
            "columns": np.array(columns),
            "column_interval": self.hop / RATE,
            "fft_size": self.reach,
            "window_type": "hann",
            "weighting": "none",
        }


class Scope(Analysis):
    """20 ms from where the wave rises through zero, the least and the greatest of every two samples."""

    length = int(0.02 * RATE)
    reach = 2 * length

    def result(self, history, end):
        samples = history.last(self.reach, end)[0]
        rising = np.flatnonzero((samples[: self.length] < 0) & (samples[1 : self.length + 1] >= 0))
        at = int(rising[-1]) + 1 if rising.size else 0
        pairs = samples[at : at + self.length].reshape(-1, 2)
        return {
            "minima": pairs.min(axis=1)[np.newaxis],
            "maxima": pairs.max(axis=1)[np.newaxis],
            "channel_labels": ["mono"],
            "start_ms": 0.0,
            "step_ms": 2000 / RATE,
            "triggered": bool(rising.size),
            "trigger_level": 0.0,
        }


KINDS = {
    "levels": Levels,
    "fft_spectrum": FftSpectrum,
    "octave_spectrum": OctaveSpectrum,
    "pitch_tracker": PitchTracker,
    "delay_estimator": DelayEstimator,
    "spectrogram": Spectrogram,
    "scope": Scope,
}
DEFAULT_RATES = {
    "levels": 50,
    "fft_spectrum": 15,
    "octave_spectrum": 15,
    "pitch_tracker": 20,
    "delay_estimator": 2,
    "spectrogram": 15,
    "scope": 20,
}


def plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


def message(kind, sequence, result):
    return json.dumps(
        {
            "metadata": {
                "data_type": kind,
                "stream": "peer",
                "timestamp": time.time(),
                "sequence": sequence,
                "sample_rate": RATE,
            },
            "data": {name: plain(value) for name, value in result.items()},
        }
    )


def run(sounds, rates, block_frames, with_json, of_each=False):
    """CPU seconds, of all kinds together or of each, and the number of results of each kind.

    The clock is read between the kinds only where their shares are wanted, as that costs time too."""
    analyses = {kind: KINDS[kind](rate) for kind, rate in rates.items()}
    cpu = dict.fromkeys(analyses if of_each else ["all"], 0.0)
    results = dict.fromkeys(analyses, 0)
    histories = {name: History(sound.shape[0]) for name, sound in sounds.items()}
    frames = min(sound.shape[1] for sound in sounds.values())
    for start in range(0, frames - block_frames + 1, block_frames):
        for name, sound in sounds.items():
            histories[name].append(sound[:, start : start + block_frames])
        begin = time.process_time()
        for kind, analysis in analyses.items():
            history = histories["stereo" if kind == "delay_estimator" else "mono"]
            for result in analysis.results(history):
                results[kind] += 1
                if with_json:
                    message(kind, results[kind], result)
            if of_each:
                now = time.process_time()
                cpu[kind] += now - begin
                begin = now
        if not of_each:
            cpu["all"] += time.process_time() - begin
    return cpu, results


def read(path, channels):
    samples = np.fromfile(path, dtype="<i2").reshape(-1, channels).T
    return samples.astype(np.float32) / 32768


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mono", required=True)
    parser.add_argument("--stereo", required=True)
    parser.add_argument("--rates", default="")
    parser.add_argument("--blocks", type=int, default=960)
    parser.add_argument("--only")
    options = parser.parse_args()

    rates = dict(DEFAULT_RATES)
    for pair in filter(None, options.rates.split(",")):
        kind, rate = pair.split("=")
        rates[kind] = float(rate)
    if options.only:
        rates = {options.only: rates[options.only]}
    sounds = {"mono": read(options.mono, 1), "stereo": read(options.stereo, 2)}
    seconds = min(sound.shape[1] for sound in sounds.values()) / RATE

    warm_up = {name: sound[:, : WARM_UP_SECONDS * RATE] for name, sound in sounds.items()}
    run(warm_up, rates, options.blocks, True)
    plain_cpu, results = run(sounds, rates, options.blocks, False)
    json_cpu, _ = run(sounds, rates, options.blocks, True)
    each_cpu, _ = run(sounds, rates, options.blocks, False, of_each=True)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu_per_second": plain_cpu["all"] / seconds,
                "cpu_per_second_json": json_cpu["all"] / seconds,
                "by_type": {kind: cpu / seconds for kind, cpu in each_cpu.items()},
                "results": results,
            }
        )
    )


if __name__ == "__main__":
    main()
