/** What objects that are followed do in the zones and at the lines of a stream: the topic {@code events}. */
@NullMarked
package io.mediamesh.tracking.rules;

import org.jspecify.annotations.NullMarked;
