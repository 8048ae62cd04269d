/** The manifests of {@code k8s/}, against Kubernetes' own programs and against the product. */
@NullMarked
package io.mediamesh.cluster.kubernetes;

import org.jspecify.annotations.NullMarked;
