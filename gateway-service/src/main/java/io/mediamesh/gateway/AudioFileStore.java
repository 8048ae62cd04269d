package io.mediamesh.gateway;

import io.vertx.core.json.JsonObject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Which files analyses of sound are written to, and by which gateway. Every call blocks: use virtual threads. */
final class AudioFileStore {
    private final Database database;
    private final String node;

    /**
     * @param node the name of this gateway's member; others leave its files alone
     */
    AudioFileStore(Database database, String node) {
        this.database = database;
        this.node = node;
    }

    /**
     * One of them.
     *
     * @param active whether it is written to
     */
    record Entry(String name, JsonObject description, boolean active) {}

    /** Those of this gateway, by name. */
    List<Entry> all() {
        return database.call(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "select name, description, active from audio_files where node = ? order by name")) {
                query.setString(1, node);
                try (ResultSet rows = query.executeQuery()) {
                    List<Entry> all = new ArrayList<>();
                    while (rows.next()) {
                        all.add(new Entry(rows.getString(1), new JsonObject(rows.getString(2)), rows.getBoolean(3)));
                    }
                    return all;
                }
            }
        });
    }

    /** Adds one if its name is free; whether it was. */
    boolean add(String name, JsonObject description) {
        return database.call(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into audio_files (name, node, description, active) values (?, ?, ?, ?)")) {
                insert.setString(1, name);
                insert.setString(2, node);
                insert.setString(3, description.encode());
                insert.setBoolean(4, true);
                insert.executeUpdate();
                return true;
            } catch (SQLException failed) {
                if (Database.isDuplicate(failed)) {
                    return false;
                }
                throw failed;
            }
        });
    }

    /** It is written to no more. */
    void end(String name) {
        change("update audio_files set active = false where name = ?", name);
    }

    /** Forgets it. */
    void remove(String name) {
        change("delete from audio_files where name = ?", name);
    }

    private void change(String statement, String name) {
        database.call(connection -> {
            try (PreparedStatement change = connection.prepareStatement(statement)) {
                change.setString(1, name);
                return change.executeUpdate();
            }
        });
    }
}
