/** Sources in, the topics {@code video} and {@code audio} out: test pictures, files, RTSP, HTTP and devices. */
@NullMarked
package io.mediamesh.ingest;

import org.jspecify.annotations.NullMarked;
