/**
 * For Java programs: video connections and the intensity of their frames, and analyses of the sound of streams, over
 * mediamesh's HTTP and WebSocket API. {@link io.mediamesh.client.VideoClient} and {@link
 * io.mediamesh.client.AudioClient} are where to begin.
 */
@NullMarked
package io.mediamesh.client;

import org.jspecify.annotations.NullMarked;
