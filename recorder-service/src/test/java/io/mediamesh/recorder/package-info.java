@NullMarked
package io.mediamesh.recorder;

import org.jspecify.annotations.NullMarked;
