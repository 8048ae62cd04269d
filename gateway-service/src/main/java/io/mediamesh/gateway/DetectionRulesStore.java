package io.mediamesh.gateway;

import io.mediamesh.contracts.DetectionRules;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.vertx.core.json.JsonObject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The detection rules that were put by API. Every call blocks: use virtual threads. */
final class DetectionRulesStore {
    private static final Logger LOG = LoggerFactory.getLogger(DetectionRulesStore.class);

    private final Database database;

    DetectionRulesStore(Database database) {
        this.database = database;
    }

    /** All rules, by stream; those of another version that cannot be read are left aside. */
    Map<StreamId, DetectionRules> all() {
        return database.call(connection -> {
            try (PreparedStatement query = connection.prepareStatement("select stream_id, rules from detection_rules");
                    ResultSet rows = query.executeQuery()) {
                Map<StreamId, DetectionRules> all = new TreeMap<>();
                while (rows.next()) {
                    StreamId stream = new StreamId(rows.getString(1));
                    try {
                        all.put(stream, DetectionRules.ofJson(new JsonObject(rows.getString(2))));
                    } catch (MeshException unreadable) {
                        LOG.warn(
                                "the stored detection rules of {} are left aside: {}", stream, unreadable.getMessage());
                    }
                }
                return all;
            }
        });
    }

    /** Replaces the rules of a stream. */
    void put(StreamId stream, DetectionRules rules) {
        String text = rules.toSecretJson().encode();
        database.call(connection -> {
            connection.setAutoCommit(false);
            try (PreparedStatement delete =
                            connection.prepareStatement("delete from detection_rules where stream_id = ?");
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into detection_rules (stream_id, rules) values (?, ?)")) {
                delete.setString(1, stream.value());
                delete.executeUpdate();
                insert.setString(1, stream.value());
                insert.setString(2, text);
                insert.executeUpdate();
                connection.commit();
                return stream;
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            }
        });
    }

    /** Forgets the rules of a stream. */
    void remove(StreamId stream) {
        database.call(connection -> {
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from detection_rules where stream_id = ?")) {
                delete.setString(1, stream.value());
                return delete.executeUpdate();
            }
        });
    }
}
