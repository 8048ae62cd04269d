"""A participant of a LiveKit room, on LiveKit's own SDK.

    room-guest.py URL KEY SECRET ROOM IDENTITY

Does what the lines of its standard input say, and prints one line for each when it is done (or `failed: …`):

    join                       joins the room
    video [W H [CODEC [NAME]]] publishes pictures, 25 a second, I420: in the upper half the number of the picture as 16
                               blocks from the highest bit to the lowest, white (235) for 1 and black (16) for 0; below
                               them a grey that turns white (235) for 200 ms with each second of the monotonic clock.
                               NAME screen: as a shared screen
    simulcast [W H]            the same in several sizes at once, of which a viewer gets the one that the server chooses
    audio [HZ [NAME]]          publishes a tone, 48 kHz, mono
    beeps                      publishes a tone that is loud while the pictures are white, and faint otherwise
    handed                     prints when it handed over what begins together: {"flashes": [[NUMBER, SECONDS], …] of all
                               white pictures, "beeps": [SECONDS, …] of each first loud sample}, on the monotonic clock
    watch IDENTITY             takes the pictures and the sound of somebody else
    seen                       prints when white pictures and beeps came from there, in the same form
    mute WHAT, unmute WHAT, unpublish WHAT    of video or audio, or a NAME
    sent                       prints how many pictures were sent so far; none are while nobody takes them (dynacast)
    others                     prints the identities of the others
    leave                      leaves the room
"""

import asyncio
import json
import math
import sys
import time

import numpy as np
from livekit import api, rtc

RATE = 48_000
BLOCK = 480
FPS = 25
WHITE_SECONDS = 0.2
FAINT = 0.04
LOUD = 3_276


class Guest:
    def __init__(self, url, key, secret, room, identity):
        self.url = url
        grants = api.VideoGrants(room_join=True, room=room)
        self.token = api.AccessToken(key, secret).with_identity(identity).with_grants(grants).to_jwt()
        self.room = rtc.Room()
        self.tracks = {}
        self.tasks = {}
        self.given = {"flashes": [], "beeps": []}
        self.taken = {"flashes": [], "beeps": []}

    async def join(self):
        await self.room.connect(self.url, self.token, rtc.RoomOptions(auto_subscribe=False, dynacast=True))

    async def video(self, width="320", height="240", codec="VP8", name="video"):
        await self.pictures(int(width), int(height), codec, name, False)

    async def simulcast(self, width="640", height="480"):
        await self.pictures(int(width), int(height), "VP8", "video", True)

    async def pictures(self, width, height, codec, name, simulcast):
        source = rtc.VideoSource(width, height)
        track = rtc.LocalVideoTrack.create_video_track(name, source)
        kind = rtc.TrackSource.SOURCE_SCREENSHARE if name == "screen" else rtc.TrackSource.SOURCE_CAMERA
        options = rtc.TrackPublishOptions(
            source=kind,
            simulcast=simulcast,
            video_codec=rtc.VideoCodec.Value(codec),
            video_encoding=rtc.VideoEncoding(max_bitrate=1_500_000, max_framerate=30),
        )
        publication = await self.room.local_participant.publish_track(track, options)
        self.keep(name, track, publication, self.show(source, width, height))

    async def show(self, source, width, height):
        u = np.full(((height + 1) // 2) * ((width + 1) // 2) * 2, 128, np.uint8)
        number = 0
        tick = math.ceil(time.monotonic() * FPS)
        while True:
            await asyncio.sleep(max(0, tick / FPS - time.monotonic()))
            white = tick % FPS < WHITE_SECONDS * FPS
            y = np.full((height, width), 235 if white else 100, np.uint8)
            for bit in range(16):
                left, right = bit * width // 16, (bit + 1) * width // 16
                y[: height // 2, left:right] = 235 if number >> (15 - bit) & 1 else 16
            frame = rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, y.tobytes() + u.tobytes())
            handed = time.monotonic()
            source.capture_frame(frame, timestamp_us=int(handed * 1e6))
            if white:
                self.given["flashes"].append((number, handed))
            number = (number + 1) & 0xFFFF
            tick += 1

    async def audio(self, hertz="1000", name="audio"):
        await self.sound(float(hertz), name, lambda seconds: np.ones_like(seconds))

    async def beeps(self):
        await self.sound(1000.0, "audio", lambda seconds: np.where(seconds % 1.0 < WHITE_SECONDS, 1.0, FAINT))

    async def sound(self, hertz, name, heard):
        source = rtc.AudioSource(RATE, 1, queue_size_ms=0)
        track = rtc.LocalAudioTrack.create_audio_track(name, source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False, red=False)
        publication = await self.room.local_participant.publish_track(track, options)
        self.keep(name, track, publication, self.play(source, hertz, heard))

    async def play(self, source, hertz, heard):
        position = 0
        start = time.monotonic()
        loud = True
        while True:
            times = (position + np.arange(BLOCK)) / RATE
            envelope = heard(start + times)
            samples = 0.5 * 32767 * envelope * np.sin(2 * np.pi * hertz * times)
            if not loud and envelope[-1] == 1:
                self.given["beeps"].append(time.monotonic() + np.argmax(envelope == 1) / RATE)
            loud = envelope[-1] == 1
            await source.capture_frame(rtc.AudioFrame(samples.astype(np.int16).tobytes(), RATE, 1, BLOCK))
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

    async def handed(self):
        return json.dumps(self.given)

    async def watch(self, identity):
        for publication in self.room.remote_participants[identity].track_publications.values():
            publication.set_subscribed(True)
            while publication.track is None:
                await asyncio.sleep(0.01)
            video = publication.kind == rtc.TrackKind.KIND_VIDEO
            work = self.look(publication.track) if video else self.listen(publication.track)
            self.tasks[publication.sid] = asyncio.create_task(work)

    async def seen(self):
        return json.dumps(self.taken)

    async def look(self, track):
        async for event in rtc.VideoStream(track, format=rtc.VideoBufferType.I420):
            came = time.monotonic()
            picture = event.frame
            luma = np.frombuffer(picture.data, np.uint8, picture.width * picture.height)
            luma = luma.reshape(picture.height, picture.width)
            if luma[picture.height * 3 // 4].mean() > 170:
                row = luma[picture.height // 4, picture.width // 32 :: picture.width // 16][:16]
                number = sum(1 << (15 - bit) for bit in range(16) if row[bit] > 127)
                self.taken["flashes"].append((number, came))

    async def listen(self, track):
        quiet = 0
        async for event in rtc.AudioStream(track, sample_rate=RATE, num_channels=1):
            came = time.monotonic()
            loud = np.flatnonzero(np.abs(np.frombuffer(event.frame.data, np.int16).astype(int)) > LOUD)
            if not len(loud):
                quiet += event.frame.samples_per_channel
                continue
            if quiet > RATE / 4:
                self.taken["beeps"].append(came + int(loud[0]) / RATE)
            quiet = 0

    async def others(self):
        return " ".join(sorted(p.identity for p in self.room.remote_participants.values()))

    async def leave(self):
        for task in self.tasks.values():
            task.cancel()
        await self.room.disconnect()


async def main():
    guest = Guest(*sys.argv[1:6])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        words = line.split()
        try:
            result = await getattr(guest, words[0])(*words[1:])
            print(f"{words[0]}: {result or 'done'}", flush=True)
        except Exception as fault:
            print(f"failed: {words[0]}: {fault!r}", flush=True)


asyncio.run(main())
