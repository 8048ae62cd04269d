package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PlacementTest {
    private static final int MEMBERS = 100;
    private static final int STREAMS = 10_000;

    private static List<Member> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> new Member("m" + index, "m" + index, "1", Set.of(), Set.of(), false))
                .toList();
    }

    /** Places streams one after the other, as they are opened. */
    private static Map<StreamId, String> placed(
            List<StreamId> streams, BiFunction<StreamId, Map<String, Integer>, Member> pick) {
        Map<String, Integer> loads = new HashMap<>();
        Map<StreamId, String> owners = new HashMap<>();
        for (StreamId stream : streams) {
            String owner = pick.apply(stream, loads).id();
            loads.merge(owner, 1, Integer::sum);
            owners.put(stream, owner);
        }
        return owners;
    }

    private static Map<StreamId, String> bounded(List<StreamId> streams, List<Member> members) {
        return placed(streams, (stream, loads) -> Placement.order(
                        stream, members, member -> loads.getOrDefault(member.id(), 0))
                .getFirst());
    }

    private static List<StreamId> streams() {
        return IntStream.range(0, STREAMS)
                .mapToObj(index -> new StreamId("cam" + index))
                .toList();
    }

    private static double fullest(Map<StreamId, String> owners) {
        Map<String, Integer> loads = new HashMap<>();
        owners.values().forEach(owner -> loads.merge(owner, 1, Integer::sum));
        return Collections.max(loads.values()) / ((double) owners.size() / MEMBERS);
    }

    @Test
    void theFullestMemberHasAQuarterMoreThanTheMeanAtMost() {
        List<Member> members = members(MEMBERS);
        assertThat(fullest(bounded(streams(), members))).isLessThanOrEqualTo(1.25);
        // What the bound is for: dice alone throw more than that for this many (a tail of the binomial distribution).
        assertThat(fullest(placed(streams(), (stream, loads) -> Rendezvous.pick(stream, members)
                        .orElseThrow())))
                .isGreaterThan(1.25);
    }

    @Test
    void moreThanNineOfTenStreamsStayWhereHashingAlonePutsThem() {
        List<Member> members = members(MEMBERS);
        Map<StreamId, String> owners = bounded(streams(), members);
        assertThat(owners.entrySet().stream()
                        .filter(owner -> Rendezvous.pick(owner.getKey(), members)
                                .orElseThrow()
                                .id()
                                .equals(owner.getValue()))
                        .count())
                .isGreaterThan(STREAMS * 9L / 10);
    }

    @Test
    void whoeverSeesTheSameLoadsPicksTheSameMember() {
        List<Member> members = members(7);
        List<Member> shuffled = new ArrayList<>(members);
        Collections.reverse(shuffled);
        Map<String, Integer> loads = Map.of("m0", 9, "m1", 2, "m3", 5);
        for (StreamId stream : streams().subList(0, 200)) {
            assertThat(Placement.order(stream, shuffled, member -> loads.getOrDefault(member.id(), 0)))
                    .isEqualTo(Placement.order(stream, members, member -> loads.getOrDefault(member.id(), 0)));
        }
    }

    @Test
    void aFullMemberIsAskedAfterAllOthersAndThoseKeepTheirOrder() {
        List<Member> members = members(4);
        StreamId stream = new StreamId("cam");
        List<Member> plain = Rendezvous.order(stream, members);
        List<Member> order = Placement.order(stream, members, member -> member.equals(plain.getFirst()) ? 100 : 0);
        // 100 topics and the new one over 4 members: 25.25 each, 31 with a fifth more, and two to spare.
        assertThat(Placement.bound(100, 4)).isEqualTo(33);
        assertThat(order).containsExactly(plain.get(1), plain.get(2), plain.get(3), plain.get(0));
    }

    @Test
    void whereThereIsLittleHashingAloneDecides() {
        List<Member> members = members(3);
        for (StreamId stream : streams().subList(0, 50)) {
            assertThat(Placement.order(stream, members, member -> member.id().equals("m1") ? 2 : 0))
                    .isEqualTo(Rendezvous.order(stream, members));
        }
    }

    @Test
    void withoutMembersThereIsNobodyToAsk() {
        assertThat(Placement.order(new StreamId("cam"), List.of(), member -> 0)).isEmpty();
    }
}
