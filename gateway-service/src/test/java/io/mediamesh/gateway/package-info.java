@NullMarked
package io.mediamesh.gateway;

import org.jspecify.annotations.NullMarked;
