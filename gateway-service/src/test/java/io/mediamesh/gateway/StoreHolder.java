package io.mediamesh.gateway;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Opens a store in a process of its own and keeps it open until it is killed. */
final class StoreHolder {
    private StoreHolder() {}

    public static void main(String[] arguments) throws IOException {
        try (Database store = Database.open(new GatewayConfig.Store(Path.of(arguments[0]), "", "", ""))) {
            PrintStream output =
                    new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.US_ASCII);
            output.println(store.answers() ? "open" : "silent");
            output.flush();
            System.in.read();
        }
    }
}
