/** How it is said in the mesh: subscriptions, membership, directory, settings, service life cycle, metrics. */
@NullMarked
package io.mediamesh.mesh;

import org.jspecify.annotations.NullMarked;
