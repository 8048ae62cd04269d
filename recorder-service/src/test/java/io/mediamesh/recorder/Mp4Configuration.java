package io.mediamesh.recorder;

import io.mediamesh.contracts.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The configuration of H.264 as MP4 files have it (ISO/IEC 14496-15, section 5.3.3.1), with a parameter set of each kind. */
final class Mp4Configuration {
    private Mp4Configuration() {}

    static Bytes of(TrackFormats.Pictures format) {
        return of(format.configuration().toArray());
    }

    static Bytes of(byte[] byteStream) {
        byte[] sps = new byte[0];
        byte[] pps = new byte[0];
        for (NalUnits.Range unit : NalUnits.units(byteStream)) {
            byte[] bytes = Arrays.copyOfRange(byteStream, unit.start(), unit.end());
            sps = (bytes[0] & 0x1f) == 7 ? bytes : sps;
            pps = (bytes[0] & 0x1f) == 8 ? bytes : pps;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {1, sps[1], sps[2], sps[3], (byte) 0xff, (byte) 0xe1, 0, (byte) sps.length});
        out.writeBytes(sps);
        out.writeBytes(new byte[] {1, 0, (byte) pps.length});
        out.writeBytes(pps);
        return Bytes.takeOver(out.toByteArray());
    }
}
