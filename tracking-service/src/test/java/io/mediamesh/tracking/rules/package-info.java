@NullMarked
package io.mediamesh.tracking.rules;

import org.jspecify.annotations.NullMarked;
