/**
 * For Java programs: video connections and the intensity of their frames, over mediamesh's HTTP and WebSocket API.
 * {@link io.mediamesh.client.VideoClient} is where to begin.
 */
@NullMarked
package io.mediamesh.client;

import org.jspecify.annotations.NullMarked;
