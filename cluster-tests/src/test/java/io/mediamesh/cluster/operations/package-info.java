/** What whoever runs several processes sees of them: the cluster's API, metrics, traces, logs and the doctor. */
@NullMarked
package io.mediamesh.cluster.operations;

import org.jspecify.annotations.NullMarked;
