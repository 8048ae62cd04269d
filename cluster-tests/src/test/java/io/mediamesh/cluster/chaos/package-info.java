/** What happens when processes of the mesh die, stand still, are cut off or are replaced. */
@NullMarked
package io.mediamesh.cluster.chaos;

import org.jspecify.annotations.NullMarked;
