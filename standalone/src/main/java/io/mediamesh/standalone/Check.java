package io.mediamesh.standalone;

import java.util.List;

/** Something the doctor looks at. May block; never throws for what it looks for. */
@FunctionalInterface
interface Check {
    List<Finding> findings();
}
