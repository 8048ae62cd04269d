@NullMarked
package io.mediamesh.tracking;

import org.jspecify.annotations.NullMarked;
