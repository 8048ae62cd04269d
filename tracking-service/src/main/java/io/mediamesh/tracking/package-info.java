/**
 * Tracking: sessions that follow what was marked in a first frame, and continuous tracks over the video of a stream.
 * Nothing is in it yet.
 */
@NullMarked
package io.mediamesh.tracking;

import org.jspecify.annotations.NullMarked;
