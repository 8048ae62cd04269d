package io.mediamesh.contracts;

/** The form in which a subscriber wants its items. */
public sealed interface Form permits Form.ByReference, JpegForm {
    /** As the producer made them: no copy and no encoding within one JVM. */
    Form BY_REFERENCE = new ByReference();

    /** The type of {@link #BY_REFERENCE}. */
    record ByReference() implements Form {}
}
