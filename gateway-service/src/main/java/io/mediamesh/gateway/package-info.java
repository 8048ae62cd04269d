/** The mesh's face: HTTP, WebSocket and Server-Sent Events, the dashboard, and the store of streams. */
@NullMarked
package io.mediamesh.gateway;

import org.jspecify.annotations.NullMarked;
