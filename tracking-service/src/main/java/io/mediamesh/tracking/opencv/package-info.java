/** Following objects with OpenCV: without a model, from what the first picture shows of them. */
@NullMarked
package io.mediamesh.tracking.opencv;

import org.jspecify.annotations.NullMarked;
