package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How often what happened in each minute of each stream. Every call blocks: use virtual threads. */
final class EventCountStore {
    private final Database database;

    /**
     * What is counted.
     *
     * @param epochMinute since 1970-01-01T00:00Z
     * @param happening {@code new}, {@code enter}, {@code leave}, {@code loiter}, {@code in} or {@code out}
     * @param place the zone or line, or empty
     */
    record Cell(StreamId stream, long epochMinute, String happening, String place, String label) {}

    /**
     * How often something happened.
     *
     * @param bucket number of the bucket since 1970-01-01T00:00Z
     */
    record Count(long bucket, String happening, String place, String label, long amount) {}

    EventCountStore(Database database) {
        this.database = database;
    }

    /** Adds these; several gateways may add to the same. */
    void add(Map<Cell, Long> amounts) {
        database.call(connection -> {
            for (Map.Entry<Cell, Long> entry : amounts.entrySet()) {
                if (!update(connection, entry.getKey(), entry.getValue())) {
                    insert(connection, entry.getKey(), entry.getValue());
                }
            }
            return amounts;
        });
    }

    private static boolean update(Connection connection, Cell cell, long amount) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update event_counts set amount = amount + ? where"
                + " stream_id = ? and epoch_minute = ? and happening = ? and place = ? and label = ?")) {
            update.setLong(1, amount);
            set(update, 2, cell);
            return update.executeUpdate() > 0;
        }
    }

    private static void insert(Connection connection, Cell cell, long amount) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into event_counts (stream_id, epoch_minute, happening, place, label, amount) values"
                        + " (?, ?, ?, ?, ?, ?)")) {
            set(insert, 1, cell);
            insert.setLong(6, amount);
            insert.executeUpdate();
        } catch (SQLException failed) {
            // Another gateway was faster.
            if (!Database.isDuplicate(failed) || !update(connection, cell, amount)) {
                throw failed;
            }
        }
    }

    private static void set(PreparedStatement statement, int first, Cell cell) throws SQLException {
        statement.setString(first, cell.stream.value());
        statement.setLong(first + 1, cell.epochMinute);
        statement.setString(first + 2, cell.happening);
        statement.setString(first + 3, cell.place);
        statement.setString(first + 4, cell.label);
    }

    /** What was counted from one minute on and before another one, in buckets of so many minutes. */
    List<Count> read(StreamId stream, long fromMinute, long toMinute, long bucketMinutes) {
        return database.call(connection -> {
            String bucket = "epoch_minute / " + bucketMinutes;
            try (PreparedStatement query = connection.prepareStatement("select " + bucket
                    + " as bucket, happening, place, label, sum(amount) from event_counts where stream_id = ? and"
                    + " epoch_minute >= ? and epoch_minute < ? group by " + bucket
                    + ", happening, place, label order by bucket, happening, place, label")) {
                query.setString(1, stream.value());
                query.setLong(2, fromMinute);
                query.setLong(3, toMinute);
                try (ResultSet rows = query.executeQuery()) {
                    List<Count> counts = new ArrayList<>();
                    while (rows.next()) {
                        counts.add(new Count(
                                rows.getLong(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getString(4),
                                rows.getLong(5)));
                    }
                    return counts;
                }
            }
        });
    }

    /** Forgets what is older. */
    int removeBefore(long epochMinute) {
        return database.call(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from event_counts where epoch_minute < ?")) {
                delete.setLong(1, epochMinute);
                return delete.executeUpdate();
            }
        });
    }
}
