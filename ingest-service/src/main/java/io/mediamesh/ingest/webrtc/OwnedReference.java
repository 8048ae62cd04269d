package io.mediamesh.ingest.webrtc;

import dev.onvoid.webrtc.internal.NativeObject;
import dev.onvoid.webrtc.internal.RefCountedObject;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The reference to a native object that comes with its Java object and that webrtc-java 0.14 has no way to give back:
 * without this every connection stays in memory for good, with all that belongs to it
 * (<a href="https://github.com/devopvoid/webrtc-java/pull/283">mended after 0.14</a>). To be taken while the object
 * lives, and released once it is closed, on a thread that is not libwebrtc's.
 */
final class OwnedReference extends RefCountedObject {
    private static final VarHandle HANDLE = handle();

    private OwnedReference(long handle) {
        HANDLE.set((NativeObject) this, handle);
    }

    private static VarHandle handle() {
        try {
            return MethodHandles.privateLookupIn(NativeObject.class, MethodHandles.lookup())
                    .findVarHandle(NativeObject.class, "nativeHandle", long.class);
        } catch (ReflectiveOperationException other) {
            throw new LinkageError("this is not the webrtc-java that mediamesh was built with", other);
        }
    }

    /** The reference that the object holds. */
    static OwnedReference of(NativeObject object) {
        return new OwnedReference((long) HANDLE.get(object));
    }

    /** Gives it back, once. */
    @Override
    public void release() {
        if ((long) HANDLE.get((NativeObject) this) != 0) {
            super.release();
            HANDLE.set((NativeObject) this, 0L);
        }
    }
}
