@NullMarked
package io.mediamesh.tracking.onnx;

import org.jspecify.annotations.NullMarked;
