"""A WebRTC client that is not ours, aiortc, as the users of the intensity document write it.

    python peer.py --url http://127.0.0.1:8080/offer --luma 128 --seconds 5
    python peer.py --url … --luma 40,200 --label a --label b --codec h264 --audio --then-size 320x240@3
    python peer.py --url … --peers 8 --connection-id load --quiet      # ids load-0 … load-7, a summary for each

It gathers its candidates, POSTs {sdp, type[, connection_id][, config]}, creates the data channels, sends grey pictures
of a known light and writes JSON lines to its standard output:

    {"event": "answer", "status": 200, "ms": …, …the answer without its sdp}
    {"event": "state", "state": "connecting"}             whenever the connection's state changes
    {"event": "connected", "ms": …}                       since the offer was sent, like every "ms"
    {"event": "message", "label": …, "data": {…}}         what came on a data channel; the first has "first_ms"
    {"event": "sent", "frames": n}                        each second, and at the end
    {"event": "end", "reason": …}                         done, stopped, failed, closed, refused, not connected, held

With --quiet there is one line for each peer at its end:

    {"event": "summary", "messages": n, "frames_sent": n, "first_message_ms": since connected,
     "offer_to_first_message_ms": …, "current_min": …, "current_max": …, "last": {…}, …}

With --peers every line has the "connection_id". The exit code is 1 when a peer was refused or never got connected.
SIGTERM and SIGINT close the peers cleanly, so that the server is told; SIGKILL leaves it to find out.

The pictures are exact, what a codec makes of them need not be. At the default size they come out as they went in. At
640x480 aiortc's VP8 encoder, which begins coarse and begins anew when the bandwidth is estimated anew, is up to 3 off
for some frames after either; its H.264 encoder is not. aiortc has no candidates of the loopback interface.
"""

import argparse
import asyncio
import fractions
import json
import math
import signal
import struct
import sys
import time

import aiohttp
import aioice.ice
import av
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

VIDEO_CLOCK = fractions.Fraction(1, 90_000)
TONE_HZ = 440
SAMPLE_RATE = 48_000
SAMPLES_IN_BLOCK = SAMPLE_RATE // 50
# After five blocks of 20 ms a tone of 440 Hz is where it began.
BLOCKS_IN_TONE = 5


class Pace:
    """Waits until the next frame is due; a late one is sent at once, so that none is missing."""

    def __init__(self, per_second):
        self.per_second = per_second
        self.count = 0
        self.start = None

    async def next(self):
        now = time.monotonic()
        if self.start is None:
            self.start = now
        await asyncio.sleep(max(0.0, self.start + self.count / self.per_second - now))
        index = self.count
        self.count += 1
        return index


class GreyVideo(MediaStreamTrack):
    """Constant grey frames whose full-range intensity is known; of several intensities, another each second."""

    kind = "video"

    def __init__(self, options):
        super().__init__()
        self.options = options
        self.pace = Pace(options.fps)
        self.planes = {}

    @property
    def sent(self):
        return self.pace.count

    async def recv(self):
        if self.readyState != "live":
            raise MediaStreamError
        index = await self.pace.next()
        seconds = index / self.options.fps
        size = self.options.size
        if self.options.then_size and seconds >= self.options.then_size[1]:
            size = self.options.then_size[0]
        luma = self.options.luma[int(seconds) % len(self.options.luma)]
        frame = self.picture(size, luma)
        frame.pts = round(index * 90_000 / self.options.fps)
        frame.time_base = VIDEO_CLOCK
        return frame

    def picture(self, size, luma):
        # A frame of its own each time: the encoder writes into it when it is asked for a key frame.
        frame = av.VideoFrame(*size, "yuv420p")
        if (size, luma) not in self.planes:
            # Video in WebRTC has the limited range of BT.601: black is 16 and white 235.
            values = [round(16 + luma * 219 / 255), 128, 128]
            self.planes[size, luma] = [bytes([v]) * p.buffer_size for v, p in zip(values, frame.planes)]
        for plane, content in zip(frame.planes, self.planes[size, luma]):
            plane.update(content)
        return frame


class Tone(MediaStreamTrack):
    """A sine of 440 Hz at half of full scale."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self.pace = Pace(SAMPLE_RATE / SAMPLES_IN_BLOCK)
        samples = SAMPLES_IN_BLOCK * BLOCKS_IN_TONE
        tone = [round(16_383 * math.sin(2 * math.pi * TONE_HZ * n / SAMPLE_RATE)) for n in range(samples)]
        self.blocks = [
            struct.pack(f"<{SAMPLES_IN_BLOCK}h", *tone[first : first + SAMPLES_IN_BLOCK])
            for first in range(0, samples, SAMPLES_IN_BLOCK)
        ]

    async def recv(self):
        if self.readyState != "live":
            raise MediaStreamError
        index = await self.pace.next()
        frame = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES_IN_BLOCK)
        frame.planes[0].update(self.blocks[index % BLOCKS_IN_TONE])
        frame.sample_rate = SAMPLE_RATE
        frame.pts = index * SAMPLES_IN_BLOCK
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE)
        return frame


class Peer:
    """One connection from its offer to its end."""

    def __init__(self, options, connection_id, stop):
        self.options = options
        self.connection_id = connection_id
        self.stop = stop
        # The tests stay on this machine; asking aiortc's default STUN server would only delay the offer.
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.video = GreyVideo(options)
        self.connected = asyncio.Event()
        self.ended = asyncio.Event()
        self.offered_at = None
        self.connected_ms = None
        self.first_ms = None
        self.messages = {label: 0 for label in options.label}
        self.intensities = None
        self.last = None

    def tell(self, event, **fields):
        if not self.options.quiet or event == "summary":
            if self.options.peers > 1 or event == "summary":
                fields["connection_id"] = self.connection_id
            print(json.dumps({"event": event, **fields}), flush=True)

    def milliseconds(self):
        return round((time.monotonic() - self.offered_at) * 1000, 1)

    async def run(self, session):
        """Whether all went as it was asked to."""
        reason = "error"
        try:
            reason = await self.connect_and_send(session)
        finally:
            await self.peer.close()
            self.tell("sent", frames=self.video.sent)
            self.tell("end", reason=reason)
            if self.options.quiet:
                self.summarise(reason)
        return reason == "held" or self.connected_ms is not None

    async def connect_and_send(self, session):
        for label in self.options.label:
            self.listen(self.peer.createDataChannel(label))
        self.peer.addTrack(self.video)
        if self.options.audio:
            self.peer.addTrack(Tone())
        if self.options.codec:
            prefer(self.peer, self.options.codec)
        self.peer.on("connectionstatechange", self.state_changed)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        answer = await self.offer(session)
        if answer is None:
            return "refused"
        if self.options.hold_offer:
            # Nothing has been started yet, so closing says nothing to anybody.
            return "held"
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp=answer["sdp"], type=answer["type"]))
        if not await self.first_of(self.options.connect_seconds, self.connected):
            return "stopped" if self.stop.is_set() else "not connected"
        counting = asyncio.ensure_future(self.tell_each_second())
        try:
            await self.first_of(self.options.seconds or None)
        finally:
            counting.cancel()
        if self.ended.is_set():
            return self.peer.connectionState
        return "stopped" if self.stop.is_set() else "done"

    async def offer(self, session):
        description = self.peer.localDescription
        body = {"sdp": description.sdp, "type": description.type}
        if self.connection_id is not None:
            body["connection_id"] = self.connection_id
        if self.options.config is not None:
            body["config"] = self.options.config
        self.offered_at = time.monotonic()
        try:
            async with session.post(self.options.url, json=body) as response:
                text = await response.text()
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as failed:
            self.tell("answer", status=0, ms=self.milliseconds(), error=repr(failed))
            return None
        try:
            answer = dict(json.loads(text))
        except (ValueError, TypeError):
            answer = {"error": text}
        self.tell("answer", status=status, ms=self.milliseconds(), **{k: v for k, v in answer.items() if k != "sdp"})
        if self.connection_id is None:
            self.connection_id = answer.get("connection_id")
        return answer if status == 200 else None

    def listen(self, channel):
        @channel.on("message")
        def take(message):
            fields = {"label": channel.label}
            if self.first_ms is None:
                self.first_ms = fields["first_ms"] = self.milliseconds()
            self.messages[channel.label] += 1
            try:
                self.last = fields["data"] = json.loads(message)
            except ValueError:
                self.last = fields["data"] = repr(message)
            if isinstance(self.last, dict) and "current_intensity" in self.last:
                current = self.last["current_intensity"]
                low, high = self.intensities or (current, current)
                self.intensities = (min(low, current), max(high, current))
            self.tell("message", **fields)

    def state_changed(self):
        state = self.peer.connectionState
        self.tell("state", state=state)
        if state == "connected" and self.connected_ms is None:
            self.connected_ms = self.milliseconds()
            self.tell("connected", ms=self.connected_ms)
            self.connected.set()
        if state in ("failed", "closed"):
            self.ended.set()

    async def first_of(self, limit_seconds, wanted=None):
        """Waits for the time to pass, the end of the connection, a signal, or what is wanted: whether that came."""
        waits = [asyncio.ensure_future(event.wait()) for event in (wanted, self.ended, self.stop) if event]
        try:
            await asyncio.wait(waits, timeout=limit_seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return wanted is not None and wanted.is_set()

    async def tell_each_second(self):
        while True:
            await asyncio.sleep(1)
            self.tell("sent", frames=self.video.sent)

    def summarise(self, reason):
        low, high = self.intensities or (None, None)
        since_connected = None if self.first_ms is None else round(self.first_ms - self.connected_ms, 1)
        self.tell(
            "summary",
            messages=sum(self.messages.values()),
            by_label=self.messages,
            frames_sent=self.video.sent,
            connected_ms=self.connected_ms,
            first_message_ms=since_connected,
            offer_to_first_message_ms=self.first_ms,
            current_min=low,
            current_max=high,
            last=self.last,
            reason=reason,
        )


def prefer(peer, codec):
    """Offers this codec alone, with its retransmissions."""
    wanted = ("video/rtx", "video/" + codec)
    codecs = [c for c in RTCRtpSender.getCapabilities("video").codecs if c.mimeType.lower() in wanted]
    for transceiver in peer.getTransceivers():
        if transceiver.kind == "video":
            transceiver.setCodecPreferences(codecs)


async def run(options):
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    ids = [options.connection_id]
    if options.peers > 1:
        ids = [f"{options.connection_id or 'conn-id'}-{number}" for number in range(options.peers)]
    limit = aiohttp.ClientTimeout(total=options.connect_seconds)
    async with aiohttp.ClientSession(timeout=limit) as session:
        results = await asyncio.gather(*(Peer(options, connection_id, stop).run(session) for connection_id in ids))
    return 0 if all(results) else 1


def size(text):
    width, height = text.lower().split("x")
    return int(width), int(height)


def size_at(text):
    what, seconds = text.split("@")
    return size(what), float(seconds)


def lumas(text):
    values = [float(value) for value in text.split(",")]
    if not all(0 <= value <= 255 for value in values):
        raise ValueError("not an intensity")
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True, help="where the offer is POSTed to")
    parser.add_argument("--label", action="append", help="a data channel; repeatable (default: intensity)")
    parser.add_argument("--luma", type=lumas, default=[128.0], help="intensity 0-255; several, with commas, alternate")
    parser.add_argument("--size", type=size, default=(320, 240), metavar="WxH", help="even numbers (default: 320x240)")
    parser.add_argument("--then-size", type=size_at, metavar="WxH@SECONDS", help="another size from then on")
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--codec", choices=["vp8", "h264"], help="offer this one alone (default: all of aiortc's)")
    parser.add_argument("--audio", action="store_true", help="send a tone of 440 Hz too")
    parser.add_argument("--seconds", type=float, default=10.0, help="since connected; 0: until a signal")
    parser.add_argument("--connect-seconds", type=float, default=20.0, help="when to give up getting connected")
    parser.add_argument("--connection-id")
    parser.add_argument("--config", type=json.loads, metavar="JSON", help="sent as the member 'config' of the offer")
    parser.add_argument("--hold-offer", action="store_true", help="take the answer, then go away without a word")
    parser.add_argument("--peers", type=int, default=1)
    parser.add_argument("--quiet", action="store_true", help="only a summary for each peer")
    parser.add_argument("--loopback", action="store_true", help="take part at 127.0.0.1, which aiortc leaves out")
    options = parser.parse_args()
    if options.loopback:
        aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    options.label = options.label or ["intensity"]
    sys.exit(asyncio.run(run(options)))


if __name__ == "__main__":
    main()
