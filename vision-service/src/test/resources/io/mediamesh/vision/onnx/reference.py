"""Prints what real models find in real pictures, by ONNX Runtime with the pre-processing of each model's own demonstration.

Usage: reference.py yolox|ultraface MODEL PICTURE. A line is LABEL SCORE X1 Y1 X2 Y2, in pixels of the picture.
"""
import sys

import cv2
import numpy as np
import onnxruntime

family, model, picture = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
image = cv2.imread(picture)
height, width = image.shape[:2]


def suppressed(boxes, scores, limit):
    order, kept = list(np.argsort(-scores)), []
    while order:
        best = order.pop(0)
        kept.append(best)
        rest = []
        for other in order:
            w = min(boxes[best, 2], boxes[other, 2]) - max(boxes[best, 0], boxes[other, 0])
            h = min(boxes[best, 3], boxes[other, 3]) - max(boxes[best, 1], boxes[other, 1])
            shared = max(w, 0) * max(h, 0)
            areas = [(boxes[i, 2] - boxes[i, 0]) * (boxes[i, 3] - boxes[i, 1]) for i in (best, other)]
            if shared / (sum(areas) - shared) <= limit:
                rest.append(other)
        order = rest
    return kept


def yolox():
    side = 416
    ratio = min(side / height, side / width)
    padded = np.full((side, side, 3), 114, np.uint8)
    small = cv2.resize(image, (int(width * ratio), int(height * ratio)), interpolation=cv2.INTER_LINEAR)
    padded[:small.shape[0], :small.shape[1]] = small
    rows = session.run(None, {"images": padded.transpose(2, 0, 1)[None].astype(np.float32)})[0][0]
    start = 0
    for stride in (8, 16, 32):
        cells = side // stride
        x, y = np.meshgrid(np.arange(cells), np.arange(cells))
        part = rows[start:start + cells * cells]
        part[:, 0:2] = (part[:, 0:2] + np.stack((x.ravel(), y.ravel()), 1)) * stride
        part[:, 2:4] = np.exp(part[:, 2:4]) * stride
        start += cells * cells
    scores = rows[:, 4:5] * rows[:, 5:]
    boxes = np.concatenate((rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2), 1) / ratio
    for label in range(scores.shape[1]):
        certain = np.flatnonzero(scores[:, label] >= 0.3)
        for kept in suppressed(boxes[certain], scores[certain, label], 0.45):
            yield label, scores[certain[kept], label], boxes[certain[kept]]


def ultraface():
    small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), (320, 240))
    tensor = ((small.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]
    scores, boxes = session.run(["scores", "boxes"], {"input": tensor})
    certain = np.flatnonzero(scores[0, :, 1] >= 0.7)
    boxes = boxes[0, certain] * [width, height, width, height]
    for kept in suppressed(boxes, scores[0, certain, 1], 0.3):
        yield 0, scores[0, certain[kept], 1], boxes[kept]


for label, score, box in {"yolox": yolox, "ultraface": ultraface}[family]():
    print(label, score, *np.clip(box, 0, [width, height, width, height]))
