/** Detectors that need no model file, over OpenCV. The only package of this service with native types. */
@NullMarked
package io.mediamesh.vision.opencv;

import org.jspecify.annotations.NullMarked;
