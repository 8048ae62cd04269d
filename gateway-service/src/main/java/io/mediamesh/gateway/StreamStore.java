package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The streams that were put by API. Every call blocks: use virtual threads. */
final class StreamStore {
    private final Database database;

    StreamStore(Database database) {
        this.database = database;
    }

    /**
     * Adds a stream if its id is free.
     *
     * @return what is stored under the id now
     */
    StreamDescription addIfAbsent(StreamDescription description) {
        boolean added = database.call(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into streams (id, description) values (?, ?)")) {
                insert.setString(1, description.id().value());
                insert.setString(2, description.toSecretJson().encode());
                insert.executeUpdate();
                return true;
            } catch (SQLException failed) {
                if (Database.isDuplicate(failed)) {
                    return false;
                }
                throw failed;
            }
        });
        return added ? description : find(description.id()).orElseGet(() -> addIfAbsent(description));
    }

    /** The stream with this id. */
    Optional<StreamDescription> find(StreamId id) {
        return database.call(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("select description from streams where id = ?")) {
                query.setString(1, id.value());
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next() ? Optional.of(read(rows)) : Optional.empty();
                }
            }
        });
    }

    /** All streams, by id. */
    List<StreamDescription> all() {
        return database.call(StreamStore::all);
    }

    private static List<StreamDescription> all(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select description from streams order by id");
                ResultSet rows = query.executeQuery()) {
            List<StreamDescription> streams = new ArrayList<>();
            while (rows.next()) {
                streams.add(read(rows));
            }
            return streams;
        }
    }

    /** Removes a stream, with its detection rules and what was counted of it; whether there was one. */
    boolean remove(StreamId id) {
        return database.call(connection -> {
            remove(connection, "detection_rules", "stream_id", id);
            remove(connection, "event_counts", "stream_id", id);
            return remove(connection, "streams", "id", id) > 0;
        });
    }

    private static int remove(Connection connection, String table, String column, StreamId id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + table + " where " + column + " = ?")) {
            delete.setString(1, id.value());
            return delete.executeUpdate();
        }
    }

    private static StreamDescription read(ResultSet row) throws SQLException {
        return StreamDescription.ofSecretJson(new JsonObject(row.getString(1)));
    }
}
