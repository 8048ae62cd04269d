/** Pictures between their forms: I420 to JPEG and back, and boxes drawn into them. */
@NullMarked
package io.mediamesh.media;

import org.jspecify.annotations.NullMarked;
