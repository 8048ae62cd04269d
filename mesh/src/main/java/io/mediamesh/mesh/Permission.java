package io.mediamesh.mesh;

import io.vertx.core.Future;

/** Whether this member may own something just now; a failure says why not. */
interface Permission {
    /** To everything: where there is nobody else. */
    Permission ALWAYS = new Permission() {
        @Override
        public Future<Void> own() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> takeFrom(String memberId) {
            return Future.succeededFuture();
        }
    };

    /** To own what nobody owns. */
    Future<Void> own();

    /** To take something from a member that does not answer, although it may still be there and only be cut off from here. */
    Future<Void> takeFrom(String memberId);
}
