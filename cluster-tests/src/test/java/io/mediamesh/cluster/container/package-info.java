/** The images of the services, alone, together and as the Compose file starts them. */
@NullMarked
package io.mediamesh.cluster.container;

import org.jspecify.annotations.NullMarked;
