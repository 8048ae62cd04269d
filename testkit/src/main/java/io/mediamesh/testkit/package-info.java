/** For tests of every module: synthetic sources, meshes in one process, a manual clock, waiting for conditions. */
@NullMarked
package io.mediamesh.testkit;

import org.jspecify.annotations.NullMarked;
