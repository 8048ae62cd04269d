"""A participant of a LiveKit room, on LiveKit's own SDK.

    publisher.py URL KEY SECRET ROOM IDENTITY

Does what the lines of its standard input say, and prints one line for each when it is done (or `failed: …`):

    join                       joins the room
    video [W H [CODEC [NAME]]] publishes pictures, 25 a second, I420: in the upper half the number of the picture as 16
                               blocks from the highest bit to the lowest, white (235) for 1 and black (16) for 0; below
                               them a grey that is white for 200 ms of each second. NAME screen: as a shared screen
    audio [HZ]                 publishes a tone, 48 kHz, mono
    beeps                      publishes a tone that is heard while the pictures are white
    mute WHAT, unmute WHAT, unpublish WHAT    of video or audio
    sent                       prints how many pictures were sent so far; none are while nobody takes them (dynacast)
    others                     prints the identities of the others
    leave                      leaves the room
"""

import asyncio
import sys
import time

import numpy as np
from livekit import api, rtc

RATE = 48_000
BLOCK = 480
FPS = 25


def white(seconds):
    return seconds % 1.0 < 0.2


class Publisher:
    def __init__(self, url, key, secret, room, identity):
        self.url = url
        grants = api.VideoGrants(room_join=True, room=room)
        self.token = api.AccessToken(key, secret).with_identity(identity).with_grants(grants).to_jwt()
        self.room = rtc.Room()
        self.tracks = {}
        self.tasks = {}

    async def join(self):
        await self.room.connect(self.url, self.token, rtc.RoomOptions(auto_subscribe=False, dynacast=True))

    async def video(self, width="320", height="240", codec="VP8", name="camera"):
        source = rtc.VideoSource(int(width), int(height))
        track = rtc.LocalVideoTrack.create_video_track(name, source)
        kind = rtc.TrackSource.SOURCE_SCREENSHARE if name == "screen" else rtc.TrackSource.SOURCE_CAMERA
        options = rtc.TrackPublishOptions(
            source=kind,
            simulcast=False,
            video_codec=rtc.VideoCodec.Value(codec),
            video_encoding=rtc.VideoEncoding(max_bitrate=1_500_000, max_framerate=30),
        )
        publication = await self.room.local_participant.publish_track(track, options)
        self.keep("video", track, publication, self.show(source, int(width), int(height)))

    async def show(self, source, width, height):
        u = np.full(((height + 1) // 2) * ((width + 1) // 2) * 2, 128, np.uint8)
        number = 0
        start = time.monotonic()
        while True:
            now = time.monotonic()
            y = np.full((height, width), 235 if white(now) else 100, np.uint8)
            for bit in range(16):
                left, right = bit * width // 16, (bit + 1) * width // 16
                y[: height // 2, left:right] = 235 if number >> (15 - bit) & 1 else 16
            frame = rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, y.tobytes() + u.tobytes())
            source.capture_frame(frame, timestamp_us=int(now * 1e6))
            number = (number + 1) & 0xFFFF
            await asyncio.sleep(max(0, start + (number / FPS) - time.monotonic()))

    async def audio(self, hertz="1000"):
        await self.sound(float(hertz), lambda at: True)

    async def beeps(self):
        await self.sound(1000.0, white)

    async def sound(self, hertz, heard):
        source = rtc.AudioSource(RATE, 1, queue_size_ms=0)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False, red=False)
        publication = await self.room.local_participant.publish_track(track, options)
        self.keep("audio", track, publication, self.play(source, hertz, heard))

    async def play(self, source, hertz, heard):
        position = 0
        start = time.monotonic()
        while True:
            times = (position + np.arange(BLOCK)) / RATE
            loud = 0.5 if heard(time.monotonic()) else 0.0
            samples = (loud * 32767 * np.sin(2 * np.pi * hertz * times)).astype(np.int16)
            await source.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, BLOCK))
            position += BLOCK
            await asyncio.sleep(max(0, start + position / RATE - time.monotonic()))

    def keep(self, what, track, publication, work):
        self.tracks[what] = (track, publication)
        self.tasks[what] = asyncio.create_task(work)

    async def mute(self, what):
        self.tracks[what][0].mute()

    async def unmute(self, what):
        self.tracks[what][0].unmute()

    async def unpublish(self, what):
        self.tasks.pop(what).cancel()
        await self.room.local_participant.unpublish_track(self.tracks.pop(what)[1].sid)

    async def sent(self):
        stats = await self.tracks["video"][0].get_stats()
        return str(sum(s.outbound_rtp.outbound.frames_sent for s in stats if s.HasField("outbound_rtp")))

    async def others(self):
        return " ".join(sorted(p.identity for p in self.room.remote_participants.values()))

    async def leave(self):
        for task in self.tasks.values():
            task.cancel()
        await self.room.disconnect()


async def main():
    publisher = Publisher(*sys.argv[1:6])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        words = line.split()
        try:
            result = await getattr(publisher, words[0])(*words[1:])
            print(f"{words[0]}: {result or 'done'}", flush=True)
        except Exception as fault:
            print(f"failed: {words[0]}: {fault!r}", flush=True)


asyncio.run(main())
