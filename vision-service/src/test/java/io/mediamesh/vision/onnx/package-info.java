@NullMarked
package io.mediamesh.vision.onnx;

import org.jspecify.annotations.NullMarked;
