@NullMarked
package io.mediamesh.vision.opencv;

import org.jspecify.annotations.NullMarked;
