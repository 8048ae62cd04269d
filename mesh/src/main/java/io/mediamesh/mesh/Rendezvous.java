package io.mediamesh.mesh;

import io.mediamesh.contracts.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Highest random weight hashing (Thaler and Ravishankar, 1998): every member computes the same owner without asking
 * anybody, and when a member comes or goes only the streams move that it gains or had.
 */
final class Rendezvous {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Rendezvous() {}

    /** The member that serves the stream, out of these. */
    static Optional<Member> pick(StreamId stream, Collection<Member> candidates) {
        return candidates.stream().max(byWeight(stream));
    }

    /** All of them, the one that serves the stream first, and each one before those that take its place. */
    static List<Member> order(StreamId stream, Collection<Member> candidates) {
        return candidates.stream().sorted(byWeight(stream).reversed()).toList();
    }

    private static Comparator<Member> byWeight(StreamId stream) {
        return Comparator.<Member>comparingLong(member -> weight(stream.value(), member.id()))
                .thenComparing(Member::id);
    }

    /** FNV-1a over both names, then the finaliser of SplitMix64 so that similar names give unrelated weights. */
    static long weight(String stream, String member) {
        long hash = FNV_OFFSET;
        for (byte octet : (stream + '\n' + member).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
