package io.mediamesh.tracking.rules;

import io.mediamesh.contracts.ObjectEvent;

/** Something that happened to an object. */
record Happening(ObjectEvent.Kind kind, ObjectEvent.Detail detail) {}
