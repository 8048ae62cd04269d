package io.mediamesh.ingest.livekit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitModels.TimedVersion;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc;
import org.junit.jupiter.api.Test;

class RosterTest {
    private final Roster roster = new Roster(Optional.empty());

    private static TrackInfo track(String sid, TrackType type, TrackSource source) {
        return TrackInfo.newBuilder()
                .setSid(sid)
                .setType(type)
                .setSource(source)
                .setWidth(type == TrackType.VIDEO ? 640 : 0)
                .setHeight(type == TrackType.VIDEO ? 480 : 0)
                .build();
    }

    private static TrackInfo camera(String sid) {
        return track(sid, TrackType.VIDEO, TrackSource.CAMERA);
    }

    private static TrackInfo microphone(String sid) {
        return track(sid, TrackType.AUDIO, TrackSource.MICROPHONE);
    }

    private static ParticipantInfo participant(String identity, String sid, long joinedMillis, TrackInfo... tracks) {
        return ParticipantInfo.newBuilder()
                .setIdentity(identity)
                .setSid(sid)
                .setJoinedAtMs(joinedMillis)
                .setState(ParticipantInfo.State.ACTIVE)
                .addAllTracks(Arrays.asList(tracks))
                .build();
    }

    private static ParticipantInfo gone(String identity, String sid) {
        return ParticipantInfo.newBuilder()
                .setIdentity(identity)
                .setSid(sid)
                .setState(ParticipantInfo.State.DISCONNECTED)
                .build();
    }

    private List<String> publishing() {
        return roster.publishing().stream().map(Guest::identity).toList();
    }

    private static String shown(MainChoice choice) {
        return choice.videoTrack().map(Guest.Track::sid).orElse("-")
                + choice.audioTrack().map(Guest.Track::sid).orElse("-");
    }

    @Test
    void whoPublishesIsListedByArrivalWithoutUs() {
        roster.joined(
                "PA_us",
                List.of(
                        participant("late", "PA_2", 2_000, camera("V2")),
                        participant("us", "PA_us", 1, camera("V0")),
                        participant("early", "PA_1", 1_000, microphone("A1")),
                        participant("silent", "PA_3", 500)));
        assertThat(publishing()).containsExactly("early", "late");
        assertThat(roster.publishing().getLast().video().orElseThrow().size())
                .contains(new StreamStatus.Video(640, 480, 0));
        roster.update(List.of(participant("early", "PA_1", 1_000)));
        assertThat(publishing()).containsExactly("late");
    }

    @Test
    void lateWordOfAnEarlierStayDoesNotRemoveWhoIsBack() {
        roster.joined("PA_us", List.of(participant("alice", "PA_1", 1, camera("V1"))));
        roster.update(List.of(participant("alice", "PA_2", 2, camera("V2"))));
        roster.update(List.of(gone("alice", "PA_1")));
        assertThat(publishing()).containsExactly("alice");
        roster.update(List.of(gone("alice", "PA_2")));
        assertThat(publishing()).isEmpty();
    }

    @Test
    void aCameraGoesBeforeAScreenAndAMicrophoneBeforeItsSound() {
        Guest guest = Guest.of(participant(
                "alice",
                "PA_1",
                1,
                track("screen", TrackType.VIDEO, TrackSource.SCREEN_SHARE),
                track("sound", TrackType.AUDIO, TrackSource.SCREEN_SHARE_AUDIO),
                camera("camera"),
                microphone("microphone"),
                track("data", TrackType.DATA, TrackSource.UNKNOWN)));
        assertThat(guest.video().orElseThrow().sid()).isEqualTo("camera");
        assertThat(guest.audio().orElseThrow().sid()).isEqualTo("microphone");
        assertThat(guest.tracks()).hasSize(4);
    }

    private static TrackInfo published(TrackInfo track, long unixMicro, int tick) {
        return track.toBuilder()
                .setVersion(TimedVersion.newBuilder().setUnixMicro(unixMicro).setTicks(tick))
                .build();
    }

    @Test
    void ofSeveralTracksTheFirstIsTheOneThatWasPublishedFirstInWhateverOrderTheyAreListed() {
        TrackInfo first = published(microphone("A3"), 1_000, 0);
        TrackInfo second = published(microphone("A1"), 1_000, 1);
        TrackInfo third = published(microphone("A2"), 2_000, 0);
        for (List<TrackInfo> order : List.of(List.of(first, second, third), List.of(third, second, first))) {
            Guest guest = Guest.of(participant("alice", "PA_1", 1, order.toArray(TrackInfo[]::new)));
            assertThat(guest.tracks()).extracting(Guest.Track::sid).containsExactly("A3", "A1", "A2");
            assertThat(guest.audio().orElseThrow().sid()).isEqualTo("A3");
        }
    }

    @Test
    void aChoiceIsKeptWhileItPublishesAndMovesOnAfterwards() {
        roster.joined("PA_us", List.of(participant("bob", "PA_2", 2, camera("V2"), microphone("A2"))));
        MainChoice choice = MainChoice.NOBODY.next(roster.publishing(), Optional.empty());
        assertThat(shown(choice)).isEqualTo("V2A2");
        roster.update(List.of(participant("alice", "PA_1", 1, camera("V1"), microphone("A1"))));
        choice = choice.next(roster.publishing(), Optional.empty());
        assertThat(shown(choice)).as("alice came first, but bob is shown").isEqualTo("V2A2");
        roster.update(List.of(participant("bob", "PA_2", 2, microphone("A2"))));
        choice = choice.next(roster.publishing(), Optional.empty());
        assertThat(shown(choice)).as("the sound is of who is seen").isEqualTo("V1A1");
        roster.update(List.of(gone("alice", "PA_1")));
        choice = choice.next(roster.publishing(), Optional.empty());
        assertThat(shown(choice)).isEqualTo("-A2");
        roster.update(List.of(gone("bob", "PA_2")));
        assertThat(shown(choice.next(roster.publishing(), Optional.empty()))).isEqualTo("--");
    }

    @Test
    void whoIsSilentIsHeardThroughTheFirstWhoIsNot() {
        roster.joined(
                "PA_us",
                List.of(
                        participant("alice", "PA_1", 1, camera("V1")),
                        participant("bob", "PA_2", 2, microphone("A2")),
                        participant("carol", "PA_3", 3, camera("V3"), microphone("A3"))));
        MainChoice choice = MainChoice.NOBODY.next(roster.publishing(), Optional.empty());
        assertThat(shown(choice)).isEqualTo("V1A2");
        assertThat(shown(choice.next(roster.publishing(), Optional.of("carol"))))
                .isEqualTo("V3A3");
        assertThat(shown(choice.next(roster.publishing(), Optional.of("bob"))))
                .as("bob has no pictures, so what was seen stays")
                .isEqualTo("V1A2");
    }

    private static List<SpeakerInfo> speaks(String sid, double level) {
        return List.of(SpeakerInfo.newBuilder()
                .setSid(sid)
                .setLevel((float) level)
                .setActive(level > 0)
                .build());
    }

    @Test
    void theFloorIsTakenOnlyByWhoSpeaksForAWhile() {
        SpeakerTurn turn = new SpeakerTurn();
        long second = 1_000_000_000;
        assertThat(turn.at(0)).isEmpty();
        turn.update(speaks("alice", 0.5), 0);
        assertThat(turn.at(0)).contains("alice");
        turn.update(speaks("bob", 0.9), second);
        assertThat(turn.at(2 * second)).contains("alice");
        turn.update(speaks("bob", 0), 2 * second);
        assertThat(turn.at(4 * second)).as("a cough turns nothing").contains("alice");
        turn.update(speaks("bob", 0.9), 5 * second);
        assertThat(turn.at(5 * second + SpeakerTurn.HOLD.toNanos())).contains("bob");
        turn.update(speaks("bob", 0), 8 * second);
        turn.update(speaks("alice", 0), 8 * second);
        assertThat(turn.at(20 * second)).as("silence changes nothing").contains("bob");
        turn.left("bob");
        assertThat(turn.at(21 * second)).isEmpty();
    }

    private static LivekitRtc.SessionDescription offer(Map<String, String> told, String... lines) {
        return LivekitRtc.SessionDescription.newBuilder()
                .setSdp(String.join("\r\n", lines) + "\r\n")
                .putAllMidToTrackId(told)
                .build();
    }

    @Test
    void sectionsAreMappedToTracksByWhatIsToldOrStandsInTheOffer() {
        LivekitRtc.SessionDescription offer = offer(
                Map.of("1", "TR_told", "3", "TR_over"),
                "v=0",
                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
                "a=mid:0",
                "m=video 9 UDP/TLS/RTP/SAVPF 96",
                "a=mid:1",
                "a=sendonly",
                "a=msid:PA_x TR_other",
                "m=audio 9 UDP/TLS/RTP/SAVPF 111",
                "a=msid:PA_x TR_written",
                "a=mid:2",
                "a=sendonly",
                "m=video 9 UDP/TLS/RTP/SAVPF 96",
                "a=mid:3",
                "a=inactive");
        assertThat(OfferedTracks.bySection(offer)).isEqualTo(Map.of("1", "TR_told", "2", "TR_written"));
        assertThat(OfferedTracks.bySection(offer(Map.of()))).isEmpty();
    }

    @Test
    void theTracksOfAParticipantAreInOneMediaStreamAndThoseOfTheirScreenInAnother() {
        String sdp = """
                m=video 9 UDP/TLS/RTP/SAVPF 96
                a=msid:PA_1|TR_camera TR_camera
                a=ssrc:7 cname:PA_1|TR_camera
                a=ssrc:7 msid:PA_1|TR_camera TR_camera
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                a=msid:PA_1|TR_microphone TR_microphone
                m=video 9 UDP/TLS/RTP/SAVPF 96
                a=msid:PA_1|TR_screen TR_screen
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                a=msid:PA_2|named TR_named
                """;
        assertThat(OfferedTracks.grouped(sdp, Set.of("TR_screen"))).isEqualTo("""
                m=video 9 UDP/TLS/RTP/SAVPF 96
                a=msid:PA_1 TR_camera
                a=ssrc:7 cname:PA_1|TR_camera
                a=ssrc:7 msid:PA_1 TR_camera
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                a=msid:PA_1 TR_microphone
                m=video 9 UDP/TLS/RTP/SAVPF 96
                a=msid:PA_1|screen TR_screen
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                a=msid:PA_2|named TR_named
                """);
    }
}
