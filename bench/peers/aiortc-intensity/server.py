"""An intensity server as users of aiortc write it: the peer of the WebRTC benchmark.

    python server.py [--port 8080] [--host 127.0.0.1] [--luma-plane]

It answers POST /offer with {sdp, type, connection_id}, takes the mean light of every video frame in the loop that
receives it, and sends one JSON of seven fields on each open data channel of the peer. GET /health and
GET /api/connections tell how it is. It says `listening PORT` on its standard output; port 0 takes a free one.

One process, one event loop; aiortc decodes each video in a thread of its own. Frames that the loop has no time for wait
in aiortc's queue, which has no bound: an overloaded server falls behind, it does not drop.
"""

import argparse
import asyncio
import dataclasses
import json
import signal
import time
from collections import deque

import numpy
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole
from aiortc.mediastreams import MediaStreamError
from av.video.reformatter import ColorRange

MAX_SAMPLES = 30
FRAME_TIMEOUT_SECONDS = 5.0


@dataclasses.dataclass
class IntensityData:
    timestamp: float
    current_intensity: float
    current_normalized: float
    average_intensity: float
    average_normalized: float
    frame_count: int
    connection_id: str


def intensity_of_gray(frame):
    """The line that everybody writes.

    The conversion expands a limited range: Y 16 becomes 0 and Y 235 becomes 255, because libswscale takes gray for a
    full-range format. It rounds down, so a constant picture comes out up to 1 darker than (Y - 16) * 255 / 219.
    """
    return float(frame.to_ndarray(format="gray").mean())


def intensity_of_luma_plane(frame):
    """The same without a conversion: aiortc's decoders give yuv420p, whose first plane is the light already.

    Lines are padded to a multiple of what the decoder likes. The range is expanded after the mean, not for each pixel:
    the same number, but for pixels beyond 16 and 235, which the conversion clips one by one.
    """
    plane = frame.planes[0]
    lines = numpy.frombuffer(plane, numpy.uint8).reshape(-1, plane.line_size)
    mean = float(lines[: plane.height, : plane.width].mean())
    if frame.color_range == ColorRange.JPEG:
        return mean
    return min(255.0, max(0.0, (mean - 16) * 255 / 219))


class Connection:
    """One peer: its video is measured, the figures go to its data channels."""

    def __init__(self, connection_id, intensity_of):
        # Peers of a benchmark are on this machine; asking the default STUN server would only delay the answer.
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection_id = connection_id
        self.intensity_of = intensity_of
        self.samples = deque(maxlen=MAX_SAMPLES)
        self.channels = []
        self.started = self.last_activity = time.time()
        self.frames_received = 0
        self.messages_sent = 0
        self.tasks = set()
        self.sink = MediaBlackhole()
        self.peer.on("datachannel", self.channels.append)
        self.peer.on("track", self.take_track)

    def take_track(self, track):
        if track.kind == "video":
            task = asyncio.ensure_future(self.measure(track))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        else:
            # What nobody reads would pile up.
            self.sink.addTrack(track)

    async def measure(self, track):
        try:
            while True:
                # Cheaper than wait_for, which before Python 3.12 makes a task for every frame.
                async with asyncio.timeout(FRAME_TIMEOUT_SECONDS):
                    frame = await track.recv()
                self.take_frame(frame)
        except (TimeoutError, MediaStreamError):
            await self.peer.close()

    def take_frame(self, frame):
        current = self.intensity_of(frame)
        self.samples.append(current)
        average = sum(self.samples) / len(self.samples)
        self.frames_received += 1
        self.last_activity = time.time()
        message = json.dumps(
            vars(
                IntensityData(
                    timestamp=self.last_activity,
                    current_intensity=current,
                    current_normalized=current / 255,
                    average_intensity=average,
                    average_normalized=average / 255,
                    frame_count=len(self.samples),
                    connection_id=self.connection_id,
                )
            )
        )
        for channel in self.channels:
            if channel.readyState == "open":
                channel.send(message)
                self.messages_sent += 1

    async def answer(self, offer):
        await self.peer.setRemoteDescription(offer)
        await self.sink.start()
        await self.peer.setLocalDescription(await self.peer.createAnswer())
        return self.peer.localDescription

    def info(self):
        return {
            "connection_id": self.connection_id,
            "uptime": time.time() - self.started,
            "frames_received": self.frames_received,
            "messages_sent": self.messages_sent,
            "last_activity": self.last_activity,
        }


class Server:
    def __init__(self, intensity_of):
        self.intensity_of = intensity_of
        self.connections = {}

    async def offer(self, request):
        try:
            body = await request.json()
            offer = RTCSessionDescription(sdp=body["sdp"], type=body["type"])
        except (ValueError, KeyError, TypeError) as wrong:
            return web.json_response({"error": f"Not an offer: {wrong!r}."}, status=400)
        connection_id = body.get("connection_id") or self.free_id()
        if connection_id in self.connections:
            return web.json_response({"error": f"Connection '{connection_id}' is in use."}, status=409)
        connection = self.connections[connection_id] = Connection(connection_id, self.intensity_of)

        @connection.peer.on("connectionstatechange")
        async def state_changed():
            if connection.peer.connectionState in ("failed", "closed"):
                self.connections.pop(connection_id, None)
                await connection.peer.close()

        try:
            answer = await connection.answer(offer)
        except Exception as wrong:
            # aiortc has no one error for bad SDP.
            self.connections.pop(connection_id, None)
            await connection.peer.close()
            return web.json_response({"error": f"Not an offer: {wrong!r}."}, status=400)
        return web.json_response({"sdp": answer.sdp, "type": answer.type, "connection_id": connection_id})

    def free_id(self):
        milliseconds = int(time.time() * 1000)
        while f"conn_{milliseconds}" in self.connections:
            milliseconds += 1
        return f"conn_{milliseconds}"

    async def health(self, request):
        return web.json_response({"status": "ready", "connections": len(self.connections)})

    async def list_connections(self, request):
        return web.json_response({key: connection.info() for key, connection in self.connections.items()})

    async def close(self):
        await asyncio.gather(*(connection.peer.close() for connection in list(self.connections.values())))


async def serve(arguments):
    server = Server(intensity_of_luma_plane if arguments.luma_plane else intensity_of_gray)
    application = web.Application()
    application.add_routes(
        [
            web.post("/offer", server.offer),
            web.get("/health", server.health),
            web.get("/api/connections", server.list_connections),
        ]
    )
    # One request for each peer: an access log would tell nothing.
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, arguments.host, arguments.port).start()
    print("listening", runner.addresses[0][1], flush=True)
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()
    await server.close()
    await runner.cleanup()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--luma-plane", action="store_true", help="read the luma plane in place of converting to gray")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
