package io.mediamesh.gateway;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams that were put by API, in a relational database. Every call blocks: use virtual threads. */
final class StreamStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamStore.class);
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FILE_IN_USE = "90020";
    private static final int CONNECTIONS = 4;
    private static final long WAIT_MILLIS = 5_000;

    private final HikariDataSource database;

    private StreamStore(HikariDataSource database) {
        this.database = database;
    }

    /**
     * Connects and brings the tables up to date.
     *
     * @throws MeshException {@link FailureCode#FATAL} saying which setting to look at
     */
    static StreamStore open(GatewayConfig.Store where) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("stream-store");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(WAIT_MILLIS);
        config.setValidationTimeout(WAIT_MILLIS / 2);
        if (where.url().isEmpty()) {
            // Without a write delay what was answered is on disk, and survives a kill.
            config.setJdbcUrl("jdbc:h2:file:" + prepared(where.directory()) + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0");
        } else {
            config.setJdbcUrl(where.url());
            if (!where.user().isEmpty()) {
                config.setUsername(where.user());
                config.setPassword(where.password());
            }
        }
        HikariDataSource database;
        try {
            database = new HikariDataSource(config);
        } catch (RuntimeException refused) {
            throw unusable(where, refused);
        }
        try {
            Flyway.configure(StreamStore.class.getClassLoader())
                    .dataSource(database)
                    .locations("classpath:io/mediamesh/gateway/migrations")
                    .load()
                    .migrate();
        } catch (FlywayException failed) {
            database.close();
            throw unusable(where, failed);
        }
        LOG.info("streams are kept in {}", where);
        return new StreamStore(database);
    }

    /**
     * Adds a stream if its id is free.
     *
     * @return what is stored under the id now
     */
    StreamDescription addIfAbsent(StreamDescription description) {
        String id = description.id().value();
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into streams (id, description) values (?, ?)")) {
            insert.setString(1, id);
            insert.setString(2, description.toSecretJson().encode());
            insert.executeUpdate();
            return description;
        } catch (SQLException failed) {
            if (UNIQUE_VIOLATION.equals(failed.getSQLState())) {
                return find(description.id()).orElseGet(() -> addIfAbsent(description));
            }
            throw broken(failed);
        }
    }

    /** The stream with this id. */
    Optional<StreamDescription> find(StreamId id) {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("select description from streams where id = ?")) {
            query.setString(1, id.value());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(read(rows)) : Optional.empty();
            }
        } catch (SQLException failed) {
            throw broken(failed);
        }
    }

    /** All streams, by id. */
    List<StreamDescription> all() {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("select description from streams order by id");
                ResultSet rows = query.executeQuery()) {
            List<StreamDescription> streams = new ArrayList<>();
            while (rows.next()) {
                streams.add(read(rows));
            }
            return streams;
        } catch (SQLException failed) {
            throw broken(failed);
        }
    }

    /** Removes a stream; whether there was one. */
    boolean remove(StreamId id) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement("delete from streams where id = ?")) {
            delete.setString(1, id.value());
            return delete.executeUpdate() > 0;
        } catch (SQLException failed) {
            throw broken(failed);
        }
    }

    /** Whether the database answers. */
    boolean answers() {
        try (Connection connection = database.getConnection()) {
            return connection.isValid(2);
        } catch (SQLException failed) {
            return false;
        }
    }

    @Override
    public void close() {
        database.close();
    }

    private static StreamDescription read(ResultSet row) throws SQLException {
        return StreamDescription.ofSecretJson(new JsonObject(row.getString(1)));
    }

    /** The path of the database file; only its owner may read it, because URLs hold credentials. */
    private static Path prepared(Path directory) {
        Path store = directory.toAbsolutePath().resolve("store");
        try {
            if (!Files.isDirectory(store)) {
                Files.createDirectories(store.getParent());
                if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                    Files.createDirectory(
                            store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectory(store);
                }
            }
        } catch (IOException failed) {
            throw new MeshException(
                    FailureCode.FATAL,
                    "cannot write to " + store + ": " + failed.getMessage()
                            + "; choose another directory with data.dir",
                    failed);
        }
        return store.resolve("streams");
    }

    private static MeshException unusable(GatewayConfig.Store where, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && FILE_IN_USE.equals(sql.getSQLState())) {
                return new MeshException(
                        FailureCode.FATAL,
                        "another process uses the store in " + where.directory()
                                + "; stop it, or choose another directory with data.dir");
            }
        }
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return new MeshException(
                FailureCode.FATAL,
                "the store (" + where + ") cannot be used: " + last.getMessage()
                        + "; see the settings store.url, store.user, store.password and data.dir",
                failure);
    }

    private static MeshException broken(SQLException failure) {
        LOG.warn("the store of streams fails: {}", failure.getMessage());
        return new MeshException(
                FailureCode.UNAVAILABLE, "the store of streams does not answer; try again in a moment", failure);
    }
}
