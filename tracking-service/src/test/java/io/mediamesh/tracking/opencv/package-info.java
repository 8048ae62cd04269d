@NullMarked
package io.mediamesh.tracking.opencv;

import org.jspecify.annotations.NullMarked;
