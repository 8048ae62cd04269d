"""Features by librosa of one piece: features.py SAMPLES.f32 RATE SIZE.

Prints centroid, spread, flatness, rolloff and zero-crossing rate in one row, and the cepstrum in another.
"""
import sys

import librosa
import numpy as np

samples = np.fromfile(sys.argv[1], dtype="<f4")
rate, size = int(sys.argv[2]), int(sys.argv[3])
spectrum = np.abs(librosa.stft(samples, n_fft=size, hop_length=size, center=False))
mel = librosa.feature.melspectrogram(S=spectrum**2, sr=rate, n_mels=40)
print(
    "=",
    librosa.feature.spectral_centroid(S=spectrum, sr=rate)[0, 0],
    librosa.feature.spectral_bandwidth(S=spectrum, sr=rate)[0, 0],
    librosa.feature.spectral_flatness(S=spectrum)[0, 0],
    librosa.feature.spectral_rolloff(S=spectrum, sr=rate)[0, 0],
    librosa.feature.zero_crossing_rate(samples, frame_length=size, hop_length=size, center=False)[0, 0],
)
print("=", *librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=13)[:, 0])
