/** Detectors that are models behind Roboflow's inference HTTP API, hosted by them or by the user. */
@NullMarked
package io.mediamesh.vision.roboflow;

import org.jspecify.annotations.NullMarked;
