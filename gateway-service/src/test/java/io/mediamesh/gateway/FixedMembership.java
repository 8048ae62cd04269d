package io.mediamesh.gateway;

import io.mediamesh.mesh.Member;
import io.mediamesh.mesh.Membership;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;

/** Members that come and go never. */
record FixedMembership(Member local, List<Member> others) implements Membership {
    @Override
    public List<Member> members() {
        return Stream.concat(Stream.of(local), others.stream()).toList();
    }

    @Override
    public void onChange(Runnable listener) {}

    @Override
    public Future<Void> startDraining() {
        return Future.succeededFuture();
    }
}
