/** Tests of the services as processes of their own, seen from outside: what a user of several machines would notice. */
@NullMarked
package io.mediamesh.cluster;

import org.jspecify.annotations.NullMarked;
