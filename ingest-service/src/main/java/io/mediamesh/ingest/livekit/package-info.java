/** LiveKit rooms: joining, staying and coming back, who is in them, and what of it becomes a stream. */
@NullMarked
package io.mediamesh.ingest.livekit;

import org.jspecify.annotations.NullMarked;
