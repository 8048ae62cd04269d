/** What is said in the mesh: streams, topics, items, their payloads, failures, and how items look on the wire. */
@NullMarked
package io.mediamesh.contracts;

import org.jspecify.annotations.NullMarked;
