/** The product from outside: real clients, real servers, real faults. */
@NullMarked
package io.mediamesh.e2e;

import org.jspecify.annotations.NullMarked;
