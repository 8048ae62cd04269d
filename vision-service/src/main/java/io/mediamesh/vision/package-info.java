/** Video in; intensity, detections and annotated video out. */
@NullMarked
package io.mediamesh.vision;

import org.jspecify.annotations.NullMarked;
