"""Pitch by librosa.pyin: pyin.py SAMPLES.f32 [FROM COUNT LOWEST_HZ HIGHEST_HZ RESOLUTION]...

Prints one row for each piece: the pitch of every 480 frames, the first in the middle of frames 0 to 4095, nan for none.
"""
import sys

import librosa
import numpy as np

samples = np.fromfile(sys.argv[1], dtype="<f4")
pieces = [sys.argv[at : at + 5] for at in range(2, len(sys.argv), 5)]
for start, count, lowest, highest, resolution in pieces:
    piece = samples[int(start) : int(start) + int(count)]
    hz, voiced, _ = librosa.pyin(
        piece,
        fmin=float(lowest),
        fmax=float(highest),
        sr=48000,
        frame_length=4096,
        hop_length=480,
        resolution=float(resolution),
        center=False,
    )
    print("=", *np.where(voiced, hz, np.nan))
