/** Following objects whose pixels a promptable segmentation model tells, which the user brings as ONNX files. */
@NullMarked
package io.mediamesh.tracking.onnx;

import org.jspecify.annotations.NullMarked;
