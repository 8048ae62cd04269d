"""The load of the WebRTC benchmark: many peers that send video to an intensity server, cheaply.

    python load.py --url http://127.0.0.1:8080/offer [--peers 8] [--seconds 10] [--size 640x480] [--fps 30]
    python load.py --url http://127.0.0.1:8080/offer --offers 40

Video is encoded once at the start, ten seconds of VP8 with a key frame each second, and every peer sends the same coded
frames in a loop, so a peer costs its packets and nothing else. There is no answer to a request for a key frame but the
next regular one. The picture is a fixed texture with blocks that move over it, at about the bit rate asked for; its
light rises and falls.

It writes JSON lines to its standard output: {"event": "encoded", …} with the bit rate of the video, then
{"event": "counting"} when every peer gets messages and counting begins, {"event": "second", "peers": [{id, frames_sent,
messages_received}, …]} each second with the totals so far, {"event": "counted"} at the moment it ends, and then a
{"event": "summary", …} for each peer: its totals, and what fell between counting and counted with the rates of that. A
message may be on its way at either moment, so the counts of messages and frames may differ by one.

With --offers, peers come one after the other, each until its first message, and there is a line {"event": "offer", id,
offer_to_first_message_ms} for each.

The exit code is 1 when a peer gets no messages.
"""

import argparse
import asyncio
import fractions
import json
import math
import sys
import time

import aiohttp
import av
import numpy
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

LOOP_SECONDS = 10
VIDEO_CLOCK = fractions.Fraction(1, 90_000)


def pictures(width, height, count):
    """A loop of `count` pictures: texture, moving blocks, and light that rises and falls once."""
    texture = numpy.random.default_rng(1).integers(-12, 13, (height // 8 + 1, width // 8 + 1))
    texture = numpy.kron(texture, numpy.ones((8, 8), int))[:height, :width]
    block = min(width, height) // 6
    for index in range(count):
        turn = 2 * math.pi * index / count
        luma = texture + 110 + round(30 * math.sin(turn))
        for number in range(4):
            # Whole turns within the loop, so its end meets its beginning.
            x = round((width - block) * (0.5 + 0.5 * math.sin((number + 1) * turn)))
            y = round((height - block) * (0.5 + 0.5 * math.cos((number + 1) * turn + number)))
            luma[y : y + block, x : x + block] = 60 + 45 * number
        yield luma.astype(numpy.uint8)


def encode_loop(width, height, fps, bitrate):
    """The coded frames of one loop, the first of each second a key frame."""
    codec = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.framerate, codec.time_base = fps, fractions.Fraction(1, fps)
    codec.bit_rate, codec.gop_size = bitrate, fps
    codec.options = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0", "keyint_min": str(fps)}
    coded = []
    for index, luma in enumerate(pictures(width, height, LOOP_SECONDS * fps)):
        grey = numpy.full((height // 2, width), 128, numpy.uint8)
        frame = av.VideoFrame.from_ndarray(numpy.concatenate([luma, grey]), format="yuv420p")
        frame.pts = index
        coded += [bytes(packet) for packet in codec.encode(frame)]
    coded += [bytes(packet) for packet in codec.encode(None)]
    return coded


class CodedVideo(MediaStreamTrack):
    """Sends coded frames at their pace. A late one is sent at once: none is left out, each builds on the one before."""

    kind = "video"

    def __init__(self, coded, fps):
        super().__init__()
        self.coded = coded
        self.fps = fps
        self.sent = 0
        self.start = None

    async def recv(self):
        if self.readyState != "live":
            raise MediaStreamError
        now = time.monotonic()
        if self.start is None:
            self.start = now
        await asyncio.sleep(max(0.0, self.start + self.sent / self.fps - now))
        packet = av.Packet(self.coded[self.sent % len(self.coded)])
        packet.pts = self.sent * 90_000 // self.fps
        packet.time_base = VIDEO_CLOCK
        self.sent += 1
        return packet


class Peer:
    def __init__(self, connection_id, coded, fps):
        self.connection_id = connection_id
        # Servers of a benchmark are on this machine; asking the default STUN server would only delay the offer.
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.video = CodedVideo(coded, fps)
        self.received = 0
        self.offered_at = None
        self.first_message_ms = None
        self.got_message = asyncio.Event()

    async def connect(self, session, url):
        self.peer.createDataChannel("intensity").on("message", self.take)
        sender = self.peer.addTransceiver(self.video, "sendonly")
        codecs = RTCRtpSender.getCapabilities("video").codecs
        sender.setCodecPreferences([c for c in codecs if c.mimeType in ("video/VP8", "video/rtx")])
        await self.peer.setLocalDescription(await self.peer.createOffer())
        offer = self.peer.localDescription
        body = {"sdp": offer.sdp, "type": offer.type, "connection_id": self.connection_id}
        self.offered_at = time.monotonic()
        async with session.post(url, json=body) as response:
            if response.status != 200:
                raise RuntimeError(f"{self.connection_id}: {response.status} {await response.text()}")
            answer = await response.json()
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp=answer["sdp"], type=answer["type"]))

    def take(self, message):
        # Messages are counted, not read: they are checked by the tests.
        if self.first_message_ms is None:
            self.first_message_ms = round((time.monotonic() - self.offered_at) * 1000, 1)
            self.got_message.set()
        self.received += 1

    def totals(self):
        return {"id": self.connection_id, "frames_sent": self.video.sent, "messages_received": self.received}


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


async def count(peers, seconds):
    """Counts for a time; returns how long that was, with the totals at its beginning and end."""
    before = [peer.totals() for peer in peers]
    begin = time.monotonic()
    tell("counting")
    for second in range(1, math.ceil(seconds) + 1):
        await asyncio.sleep(max(0.0, begin + min(second, seconds) - time.monotonic()))
        after = [peer.totals() for peer in peers]
        if second >= seconds:
            took = time.monotonic() - begin
            tell("counted")
        tell("second", peers=after)
    return took, before, after


async def offer_in_turn(options, coded):
    """One peer after the other, each until its first message."""
    async with aiohttp.ClientSession() as session:
        for number in range(options.offers):
            peer = Peer(f"{options.connection_id}-{number}", coded, options.fps)
            try:
                await peer.connect(session, options.url)
                await asyncio.wait_for(peer.got_message.wait(), options.connect_seconds)
            except (TimeoutError, RuntimeError, aiohttp.ClientError) as failed:
                print(f"load: {failed or 'too late'}; no message at {peer.connection_id}", file=sys.stderr)
                return 1
            finally:
                await peer.peer.close()
            tell("offer", id=peer.connection_id, offer_to_first_message_ms=peer.first_message_ms)
    return 0


async def run(options):
    width, height = options.size
    coded = encode_loop(width, height, options.fps, options.bitrate)
    tell("encoded", frames=len(coded), bits_per_second=sum(map(len, coded)) * 8 // LOOP_SECONDS)
    if options.offers:
        return await offer_in_turn(options, coded)
    peers = [Peer(f"{options.connection_id}-{number}", coded, options.fps) for number in range(options.peers)]
    try:
        async with aiohttp.ClientSession() as session:
            for peer in peers:
                await peer.connect(session, options.url)
        waits = [peer.got_message.wait() for peer in peers]
        await asyncio.wait_for(asyncio.gather(*waits), options.connect_seconds)
        took, before, after = await count(peers, options.seconds)
        for peer, was, now in zip(peers, before, after):
            frames = now["frames_sent"] - was["frames_sent"]
            messages = now["messages_received"] - was["messages_received"]
            tell(
                "summary",
                **now,
                counted_frames=frames,
                counted_messages=messages,
                fps=round(frames / took, 2),
                messages_per_second=round(messages / took, 2),
                offer_to_first_message_ms=peer.first_message_ms,
            )
        return 0
    except (TimeoutError, RuntimeError, aiohttp.ClientError) as failed:
        silent = [peer.connection_id for peer in peers if peer.first_message_ms is None]
        print(f"load: {failed or 'too late'}; no message at {', '.join(silent) or 'none'}", file=sys.stderr)
        return 1
    finally:
        await asyncio.gather(*(peer.peer.close() for peer in peers))


def size(text):
    width, height = text.lower().split("x")
    return int(width), int(height)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True, help="where the offers are POSTed to")
    parser.add_argument("--peers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to count")
    parser.add_argument("--offers", type=int, default=0, help="connect so many peers in turn, and count nothing else")
    parser.add_argument("--connect-seconds", type=float, default=30.0, help="when to give up waiting for messages")
    parser.add_argument("--connection-id", default="load", help="ids are this with a number (default: load)")
    parser.add_argument("--size", type=size, default=(640, 480), metavar="WxH", help="even numbers")
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--bitrate", type=int, default=1_000_000, help="bits a second")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
