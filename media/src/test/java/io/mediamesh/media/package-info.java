@NullMarked
package io.mediamesh.media;

import org.jspecify.annotations.NullMarked;
