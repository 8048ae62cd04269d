/** The contract of the mesh, held against one process, two nodes in one process, and two processes. */
@NullMarked
package io.mediamesh.testkit;

import org.jspecify.annotations.NullMarked;
