package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The live sessions that are open, and those that were a while ago. Every call blocks: use virtual threads. */
final class SessionStore {
    private static final String COLUMNS = "select id, room_name, stream_id, status, participant_sid, record_session,"
            + " recording_id, recording_path, start_time, end_time, created_at, updated_at from live_sessions ";

    private final Database database;

    SessionStore(Database database) {
        this.database = database;
    }

    /**
     * Begins a session, unless the room has an open one.
     *
     * @return the open session of the room, new or not
     */
    LiveSession open(RoomName room, String participantSid, Optional<LiveSession.Recording> recording) {
        boolean added = database.call(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into live_sessions (room_name,"
                    + " open_room, stream_id, status, participant_sid, record_session, recording_id, recording_path,"
                    + " start_time, created_at, updated_at) values (?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?)")) {
                OffsetDateTime now = now();
                insert.setString(1, room.value());
                insert.setString(2, room.value());
                insert.setString(3, room.stream().value());
                insert.setString(4, participantSid);
                insert.setBoolean(5, recording.isPresent());
                insert.setString(6, recording.map(LiveSession.Recording::id).orElse(null));
                insert.setString(7, recording.map(LiveSession.Recording::path).orElse(null));
                insert.setObject(8, now);
                insert.setObject(9, now);
                insert.setObject(10, now);
                insert.executeUpdate();
                return true;
            } catch (SQLException failed) {
                if (Database.isDuplicate(failed)) {
                    return false;
                }
                throw failed;
            }
        });
        Optional<LiveSession> present = findOpen(room);
        return present.isPresent() || added ? present.orElseThrow() : open(room, participantSid, recording);
    }

    /** The open session of a room. */
    Optional<LiveSession> findOpen(RoomName room) {
        return database.call(connection -> {
            try (PreparedStatement query = connection.prepareStatement(COLUMNS + "where open_room = ?")) {
                query.setString(1, room.value());
                return read(query).stream().findFirst();
            }
        });
    }

    /** Every open session, oldest first. */
    List<LiveSession> open() {
        return database.call(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement(COLUMNS + "where open_room is not null order by id")) {
                return read(query);
            }
        });
    }

    /** Whether the room has a session here, open or not. */
    boolean knows(RoomName room) {
        return database.call(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("select id from live_sessions where room_name = ? limit 1")) {
                query.setString(1, room.value());
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next();
                }
            }
        });
    }

    /** Says how an open session does; empty where it is not open any more. */
    Optional<LiveSession> update(long id, LiveSession.Status status, String participantSid) {
        return database.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update live_sessions set status = ?,"
                    + " participant_sid = ?, updated_at = ? where id = ? and open_room is not null")) {
                update.setString(1, status.word());
                update.setString(2, participantSid);
                update.setObject(3, now());
                update.setLong(4, id);
                return updated(connection, update, id);
            }
        });
    }

    /** Says where an open session is recorded; empty where it is not open any more. */
    Optional<LiveSession> recorded(long id, LiveSession.Recording recording) {
        return database.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update live_sessions set record_session ="
                    + " true, recording_id = ?, recording_path = ?, updated_at = ?"
                    + " where id = ? and open_room is not null")) {
                update.setString(1, recording.id());
                update.setString(2, recording.path());
                update.setObject(3, now());
                update.setLong(4, id);
                return updated(connection, update, id);
            }
        });
    }

    /** Ends a session; whether it was open. */
    boolean end(long id, LiveSession.Status status) {
        return database.call(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update live_sessions set status = ?,"
                    + " open_room = null, end_time = ?, updated_at = ? where id = ? and open_room is not null")) {
                OffsetDateTime now = now();
                update.setString(1, status.word());
                update.setObject(2, now);
                update.setObject(3, now);
                update.setLong(4, id);
                return update.executeUpdate() > 0;
            }
        });
    }

    /** Forgets the sessions that were over before this moment; how many there were. Their ids stay used. */
    int forgetEndedBefore(Instant moment) {
        return database.call(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from live_sessions where open_room is null and end_time < ?")) {
                delete.setObject(1, moment.atOffset(ZoneOffset.UTC));
                return delete.executeUpdate();
            }
        });
    }

    private static Optional<LiveSession> updated(Connection connection, PreparedStatement update, long id)
            throws SQLException {
        if (update.executeUpdate() == 0) {
            return Optional.empty();
        }
        try (PreparedStatement query = connection.prepareStatement(COLUMNS + "where id = ?")) {
            query.setLong(1, id);
            return read(query).stream().findFirst();
        }
    }

    private static List<LiveSession> read(PreparedStatement query) throws SQLException {
        List<LiveSession> sessions = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                sessions.add(read(rows));
            }
        }
        return sessions;
    }

    private static LiveSession read(ResultSet row) throws SQLException {
        String recordingId = row.getString(7);
        OffsetDateTime ended = row.getObject(10, OffsetDateTime.class);
        return new LiveSession(
                row.getLong(1),
                new RoomName(row.getString(2)),
                new StreamId(row.getString(3)),
                LiveSession.Status.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
                row.getString(5),
                row.getBoolean(6),
                recordingId == null
                        ? Optional.empty()
                        : Optional.of(new LiveSession.Recording(recordingId, row.getString(8))),
                instant(row, 9),
                Optional.ofNullable(ended).map(OffsetDateTime::toInstant),
                instant(row, 11),
                instant(row, 12));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime now() {
        return OffsetDateTime.now(ZoneOffset.UTC);
    }
}
