/** Peers that do not belong to the cluster. */
@NullMarked
package io.mediamesh.cluster.rogue;

import org.jspecify.annotations.NullMarked;
