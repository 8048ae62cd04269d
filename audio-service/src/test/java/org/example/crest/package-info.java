/** An analysis of somebody else's, as in {@code docs/extending-audio.md}. */
@NullMarked
package org.example.crest;

import org.jspecify.annotations.NullMarked;
