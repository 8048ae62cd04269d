package io.mediamesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.StreamId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
    private static final List<Member> FOUR = IntStream.range(0, 4)
            .mapToObj(index -> new Member("m" + index, "m" + index, "1", Set.of(), Set.of(), false))
            .toList();

    private static Map<String, String> owners(List<Member> members) {
        Map<String, String> owners = new HashMap<>();
        for (int index = 0; index < 4000; index++) {
            StreamId id = new StreamId("cam" + index);
            owners.put(id.value(), Rendezvous.pick(id, members).orElseThrow().id());
        }
        return owners;
    }

    @Test
    void streamsSpreadEvenly() {
        Map<String, String> owners = owners(FOUR);
        for (Member member : FOUR) {
            long share = owners.values().stream().filter(member.id()::equals).count();
            assertThat(share).isBetween(900L, 1100L);
        }
    }

    @Test
    void whenAMemberLeavesOnlyItsStreamsMove() {
        Map<String, String> before = owners(FOUR);
        Map<String, String> after = owners(FOUR.subList(0, 3));
        before.forEach((stream, owner) -> {
            if (!owner.equals("m3")) {
                assertThat(after).containsEntry(stream, owner);
            }
        });
    }

    @Test
    void theOrderOfTheMembersDoesNotMatter() {
        assertThat(owners(FOUR)).isEqualTo(owners(FOUR.reversed()));
    }

    @Test
    void withoutMembersThereIsNoOwner() {
        assertThat(Rendezvous.pick(new StreamId("cam"), List.of())).isEmpty();
    }
}
