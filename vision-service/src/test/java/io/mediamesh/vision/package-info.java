@NullMarked
package io.mediamesh.vision;

import org.jspecify.annotations.NullMarked;
