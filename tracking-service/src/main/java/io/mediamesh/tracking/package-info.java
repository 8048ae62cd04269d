/** Tracking: sessions that follow what was marked in a first picture through the pictures after it. */
@NullMarked
package io.mediamesh.tracking;

import org.jspecify.annotations.NullMarked;
