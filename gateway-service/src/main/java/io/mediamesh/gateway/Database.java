package io.mediamesh.gateway;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relational database in which the gateway's stores keep what is durable. Every call blocks: use virtual threads. */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FILE_IN_USE = "90020";
    private static final int CONNECTIONS = 4;
    private static final long WAIT_MILLIS = 5_000;

    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    /** What a store does with a connection. */
    interface Work<T> {
        /** Runs on the caller's thread. */
        T with(Connection connection) throws SQLException;
    }

    /**
     * Connects and brings the tables up to date.
     *
     * @throws MeshException {@link FailureCode#FATAL} saying which setting to look at
     */
    static Database open(GatewayConfig.Store where) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("gateway-store");
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
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException refused) {
            throw unusable(where, refused);
        }
        try {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource(pool)
                    .locations("classpath:io/mediamesh/gateway/migrations")
                    .load()
                    .migrate();
        } catch (FlywayException failed) {
            pool.close();
            throw unusable(where, failed);
        }
        LOG.info("streams and live sessions are kept in {}", where);
        return new Database(pool);
    }

    /**
     * Does something in which each statement is a transaction.
     *
     * @throws MeshException {@link FailureCode#UNAVAILABLE} where the database does not answer
     */
    <T> T call(Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.with(connection);
        } catch (SQLException failed) {
            LOG.warn("the store fails: {}", failed.getMessage());
            throw new MeshException(
                    FailureCode.UNAVAILABLE, "the store does not answer; try again in a moment", failed);
        }
    }

    /** Whether a statement failed because a row with its key is there already. */
    static boolean isDuplicate(SQLException failure) {
        return UNIQUE_VIOLATION.equals(failure.getSQLState());
    }

    /** Whether the database answers. */
    boolean answers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(2);
        } catch (SQLException failed) {
            return false;
        }
    }

    @Override
    public void close() {
        pool.close();
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
}
