/**
 * Recording: keeps the video, audio and events of a stream in files that stay playable whatever happens to the process.
 */
@NullMarked
package io.mediamesh.recorder;

import org.jspecify.annotations.NullMarked;
