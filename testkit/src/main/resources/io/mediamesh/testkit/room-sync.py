"""How far the pictures and the sound of a guest of a room (room-guest.py) are apart where they came out.

    room-sync.py HANDED SEEN [SOUND]

HANDED is a file with what the guest said to `handed`; SEEN a recording, or a file with what another guest said to `seen`;
SOUND a file to take the sound from instead. Prints one line of JSON, in milliseconds; sound that is late is positive:

    pairs      flashes with their beeps, from 15 s on: libwebrtc takes ten to bring both together
    offsets    of each pair, less what the guest handed them over apart
    raw        the same as it came out
    handed     what the guest handed them over apart
    median, most, within (the part of the pairs that is at most 40 ms apart), drift (a minute)
    gaps       [SECOND, MILLISECONDS] of each stretch of the sound that is as good as silent for more than 2 ms
"""

import json
import sys

import av
import numpy as np

SETTLE_SECONDS = 15
APART_SECONDS = 0.5
MOST_MS = 40
WHITE = 170
LOUD = 3_276
SILENT = 64
GAP_SECONDS = 0.002


def pictures(path):
    """Number and time of every white picture."""
    found = []
    with av.open(path) as container:
        for frame in container.decode(video=0):
            luma = np.frombuffer(frame.planes[0], np.uint8).reshape(-1, frame.planes[0].line_size)[: frame.height, : frame.width]
            if luma[frame.height // 2 + 8 :].mean() > WHITE:
                row = luma[frame.height // 4, frame.width // 32 :: frame.width // 16][:16]
                found.append((sum(1 << (15 - bit) for bit in range(16) if row[bit] > 127), frame.time))
    return found


def samples(path):
    """The sound from its first sample on, that one's time, and the rate."""
    blocks, start, rate = [], None, 0
    with av.open(path) as container:
        resampler = av.AudioResampler(format="s16", layout="mono")
        for frame in container.decode(audio=0):
            if start is None:
                start, rate = frame.time, frame.sample_rate
            # A hole in the times is silent when it is played.
            missing = round((frame.time - start) * rate) - sum(map(len, blocks))
            if missing > 1:
                blocks.append(np.zeros(missing, np.int16))
            blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    return np.concatenate(blocks).astype(int), start, rate


def beeps(sound, start, rate):
    loud = np.flatnonzero(np.abs(sound) > LOUD)
    first = np.flatnonzero(np.diff(loud, prepend=-rate) > rate / 4)
    return [start + index / rate for index in loud[first].tolist()]


def gaps(sound, start, rate):
    heard = np.flatnonzero(np.abs(sound) > SILENT)
    lengths = np.diff(heard) - 1
    return [
        [round(start + heard[index] / rate, 3), round(1000 * lengths[index] / rate, 2)]
        for index in np.flatnonzero(lengths > GAP_SECONDS * rate).tolist()
    ]


def firsts(white):
    """The first picture of each flash."""
    return [one for before, one in zip([(0, -1e9)] + white, white) if one[1] - before[1] > APART_SECONDS]


def nearest(moments, moment):
    found = min(moments, key=lambda other: abs(other - moment), default=1e9)
    return found if abs(found - moment) < APART_SECONDS else None


def main():
    handed = json.load(open(sys.argv[1]))
    given = dict(map(tuple, handed["flashes"]))
    silent = []
    if sys.argv[2].endswith(".json"):
        seen = json.load(open(sys.argv[2]))
        white, heard = [tuple(one) for one in seen["flashes"]], seen["beeps"]
        begin = min(white[0][1], heard[0])
    else:
        sound = samples(sys.argv[-1])
        white, heard, silent, begin = pictures(sys.argv[2]), beeps(*sound), gaps(*sound), 0
    times, raw, apart = [], [], []
    for number, flash in firsts(white):
        beep = nearest(heard, flash)
        if flash - begin < SETTLE_SECONDS or beep is None or number not in given:
            continue
        handed_beep = nearest(handed["beeps"], given[number])
        if handed_beep is not None:
            times.append(flash - begin)
            raw.append(1000 * (beep - flash))
            apart.append(1000 * (handed_beep - given[number]))
    offsets = np.array(raw) - np.array(apart)
    rounded = lambda values: [round(float(value), 1) for value in values]
    result = {
        "pairs": len(offsets),
        "flashes": len([one for one in firsts(white) if one[1] - begin >= SETTLE_SECONDS]),
        "median": float(np.median(offsets)),
        "most": float(np.max(np.abs(offsets))),
        "within": float(np.mean(np.abs(offsets) <= MOST_MS)),
        "drift": float(60 * np.polyfit(times, offsets, 1)[0]),
        "offsets": rounded(offsets),
        "raw": rounded(raw),
        "handed": rounded(apart),
        "gaps": silent,
    }
    print(json.dumps(result))


main()
