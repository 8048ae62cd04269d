/** Tests of the analyses. */
@NullMarked
package io.mediamesh.audio;

import org.jspecify.annotations.NullMarked;
