package io.mediamesh.gateway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings of analyses of sound that were changed by API, for all streams and for single ones. Every call blocks: use
 * virtual threads.
 */
final class AudioSettingsStore {
    /** Stands for all streams; no stream has this id. */
    static final String ALL_STREAMS = "*";

    private final Database database;

    AudioSettingsStore(Database database) {
        this.database = database;
    }

    /** Everything that is kept, by stream and then by name. */
    Map<String, Map<String, String>> all() {
        return database.call(connection -> {
            try (PreparedStatement query =
                            connection.prepareStatement("select stream_id, name, content from audio_settings");
                    ResultSet rows = query.executeQuery()) {
                Map<String, Map<String, String>> all = new TreeMap<>();
                while (rows.next()) {
                    all.computeIfAbsent(rows.getString(1), first -> new TreeMap<>())
                            .put(rows.getString(2), rows.getString(3));
                }
                return all;
            }
        });
    }

    /** Replaces these values, all or none of them; an empty one is forgotten. */
    void put(String stream, Map<String, String> values) {
        database.call(connection -> {
            connection.setAutoCommit(false);
            try {
                for (Map.Entry<String, String> entry : values.entrySet()) {
                    put(connection, stream, entry.getKey(), entry.getValue());
                }
                connection.commit();
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            }
            return values;
        });
    }

    private static void put(Connection connection, String stream, String name, String content) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from audio_settings where stream_id = ? and name = ?")) {
            delete.setString(1, stream);
            delete.setString(2, name);
            delete.executeUpdate();
        }
        if (!content.isEmpty()) {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into audio_settings (stream_id, name, content) values (?, ?, ?)")) {
                insert.setString(1, stream);
                insert.setString(2, name);
                insert.setString(3, content);
                insert.executeUpdate();
            }
        }
    }

    /** Forgets what was changed for a stream. */
    void forget(String stream) {
        database.call(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from audio_settings where stream_id = ?")) {
                delete.setString(1, stream);
                return delete.executeUpdate();
            }
        });
    }
}
