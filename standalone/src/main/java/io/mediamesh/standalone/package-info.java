/** All services in one JVM on a local bus, and the command line of the product. */
@NullMarked
package io.mediamesh.standalone;

import org.jspecify.annotations.NullMarked;
