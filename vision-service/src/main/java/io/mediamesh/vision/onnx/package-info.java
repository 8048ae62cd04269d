/** Detectors that the user brings as ONNX files: what they are is recognised, and they are run by ONNX Runtime. */
@NullMarked
package io.mediamesh.vision.onnx;

import org.jspecify.annotations.NullMarked;
