package io.mediamesh.gateway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** What was put at {@code /api/config}, by key. Every call blocks: use virtual threads. */
final class ConfigStore {
    private final Database database;

    ConfigStore(Database database) {
        this.database = database;
    }

    /** Everything that is kept. */
    Map<String, String> all() {
        return database.call(connection -> {
            try (PreparedStatement query = connection.prepareStatement("select name, content from configuration");
                    ResultSet rows = query.executeQuery()) {
                Map<String, String> all = new TreeMap<>();
                while (rows.next()) {
                    all.put(rows.getString(1), rows.getString(2));
                }
                return all;
            }
        });
    }

    /** Replaces these values, all or none of them; an empty one is forgotten. */
    void put(Map<String, String> values) {
        database.call(connection -> {
            connection.setAutoCommit(false);
            try {
                for (Map.Entry<String, String> entry : values.entrySet()) {
                    put(connection, entry.getKey(), entry.getValue());
                }
                connection.commit();
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            }
            return values;
        });
    }

    private static void put(Connection connection, String name, String content) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from configuration where name = ?")) {
            delete.setString(1, name);
            delete.executeUpdate();
        }
        if (!content.isEmpty()) {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into configuration (name, content) values (?, ?)")) {
                insert.setString(1, name);
                insert.setString(2, content);
                insert.executeUpdate();
            }
        }
    }
}
