/** Side-by-side benchmarks: the product as a running process, each claim a ratio against a named peer in one run. */
@NullMarked
package io.mediamesh.bench;

import org.jspecify.annotations.NullMarked;
