"""A detection server as one writes it on FastAPI, OpenCV and ONNX Runtime: the peer of the detection benchmark.

    python server.py --model yolox_nano.onnx --source clip.mp4 [--port 8000] [--tuned]

WS /ws/video-stream sends {"type":"frame","data":<base64 JPEG of quality 80>,"timestamp":<Unix seconds of the capture>}, with
the boxes of what YOLOX found drawn in, 15 times a second at most; GET /health tells that the model is loaded. The camera, here
a file that is played in its own time and begins anew, is opened with the first client and closed with the last one. It says
`listening PORT` on its standard output; port 0 takes a free one.

Without --tuned all libraries have their defaults. With it ONNX Runtime and OpenCV have one thread each, which does not spin,
and messages are not compressed.
"""

import argparse
import asyncio
import base64
import socket
import threading
import time

import cv2
import numpy
import onnxruntime
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

FPS = 15
QUALITY = 80
CONFIDENCE = 0.3
OVERLAP = 0.45
STRIDES = (8, 16, 32)


class Detector:
    """YOLOX as its own demonstration of ONNX Runtime runs it."""

    def __init__(self, path, tuned):
        options = onnxruntime.SessionOptions()
        if tuned:
            options.intra_op_num_threads = 1
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        port = self.session.get_inputs()[0]
        self.name = port.name
        self.height, self.width = port.shape[2:]
        cells, strides = [], []
        for stride in STRIDES:
            columns, rows = numpy.meshgrid(numpy.arange(self.width // stride), numpy.arange(self.height // stride))
            cells.append(numpy.stack((columns, rows), 2).reshape(-1, 2))
            strides.append(numpy.full((cells[-1].shape[0], 1), stride))
        self.cells = numpy.concatenate(cells)
        self.strides = numpy.concatenate(strides)

    def detect(self, picture):
        scale = min(self.height / picture.shape[0], self.width / picture.shape[1])
        size = (int(picture.shape[1] * scale), int(picture.shape[0] * scale))
        padded = numpy.full((self.height, self.width, 3), 114, numpy.uint8)
        padded[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
        tensor = numpy.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=numpy.float32)
        found = self.session.run(None, {self.name: tensor})[0][0]
        scores = found[:, 4:5] * found[:, 5:]
        labels = scores.argmax(1)
        best = scores.max(1)
        certain = best >= CONFIDENCE
        if not certain.any():
            return []
        centres = (found[certain, :2] + self.cells[certain]) * self.strides[certain] / scale
        sizes = numpy.exp(found[certain, 2:4]) * self.strides[certain] / scale
        boxes = numpy.concatenate((centres - sizes / 2, sizes), 1)
        kept = cv2.dnn.NMSBoxesBatched(
            boxes.tolist(), best[certain].tolist(), labels[certain].tolist(), CONFIDENCE, OVERLAP
        )
        return [(boxes[index], int(labels[certain][index]), float(best[certain][index])) for index in kept]


def draw(picture, found):
    for (left, top, width, height), label, score in found:
        corner = (int(left), int(top))
        cv2.rectangle(picture, corner, (int(left + width), int(top + height)), (0, 255, 0), 2)
        cv2.putText(picture, f"{label} {score:.2f}", corner, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 255, 0), 2)


class Camera:
    """Plays the file on a thread of its own and keeps the newest picture."""

    def __init__(self, path):
        self.path = path
        self.newest = None
        self.closed = False
        self.thread = threading.Thread(target=self.play, daemon=True)
        self.thread.start()

    def play(self):
        capture = cv2.VideoCapture(self.path)
        interval = 1 / (capture.get(cv2.CAP_PROP_FPS) or 30)
        due = time.monotonic()
        while not self.closed:
            given, picture = capture.read()
            if not given:
                capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
                continue
            self.newest = (picture, time.time())
            due += interval
            time.sleep(max(0, due - time.monotonic()))
        capture.release()

    def close(self):
        self.closed = True
        self.thread.join()


def application(detector, source):
    app = FastAPI()

    def annotated(picture):
        draw(picture, detector.detect(picture))
        encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
        return base64.b64encode(encoded).decode()

    @app.get("/health")
    async def health():
        return {"status": "ready", "model_loaded": True}

    @app.websocket("/ws/video-stream")
    async def stream(socket: WebSocket):
        await socket.accept()
        camera = Camera(source)
        due = time.monotonic()
        last = 0.0
        try:
            while True:
                newest = camera.newest
                if newest is not None and newest[1] != last:
                    picture, last = newest
                    data = await asyncio.to_thread(annotated, picture)
                    await socket.send_json({"type": "frame", "data": data, "timestamp": last})
                due = max(due + 1 / FPS, time.monotonic() - 1 / FPS)
                await asyncio.sleep(max(0, due - time.monotonic()))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            await asyncio.to_thread(camera.close)

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--tuned", action="store_true")
    arguments = parser.parse_args()
    if arguments.tuned:
        cv2.setNumThreads(1)
    app = application(Detector(arguments.model, arguments.tuned), arguments.source)
    listener = socket.create_server(("127.0.0.1", arguments.port))
    print("listening", listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="warning", ws_per_message_deflate=not arguments.tuned)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
