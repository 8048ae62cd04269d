package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.StreamId;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns what the OpenAPI validation says about a request into a sentence that names the field. */
final class ContractViolation {
    private static final Pattern PARAMETER =
            Pattern.compile("\\b(?:path|query|header|cookie) parameter (\\S+?)[.:]?(?=\\s|$)");
    private static final Pattern MISSING_PROPERTY = Pattern.compile("required property \"([^\"]+)\"");
    /** Errors of an enclosing object, which only repeat that something in it is wrong. */
    private static final String CONSEQUENCE = "Property \"";

    /** What remains as the only error of a property that no schema allows. */
    private static final String UNKNOWN = "does not match additional properties schema";

    private ContractViolation() {}

    static MeshException asMeshException(ValidatorException violation) {
        String told = String.valueOf(violation.getMessage());
        Matcher parameter = PARAMETER.matcher(told);
        if (parameter.find()) {
            String name = parameter.group(1);
            String reason = name.equals("id") || name.equals("stream") ? ": " + StreamId.RULE : reason(violation);
            return MeshException.invalid(name, "the parameter " + name + " is not valid" + reason);
        }
        if (violation instanceof SchemaValidationException schema) {
            return ofBody(schema);
        }
        return switch (violation.type()) {
            case MISSING_REQUIRED_PARAMETER -> MeshException.invalid("body", "the request needs a JSON body");
            case UNSUPPORTED_VALUE_FORMAT ->
                MeshException.invalid("Content-Type", "the body must be sent as application/json");
            case ILLEGAL_VALUE, INVALID_VALUE, INVALID_VALUE_FORMAT ->
                MeshException.invalid("body", "the body is not valid JSON");
            case MISSING_OPERATION, MISSING_RESPONSE ->
                new MeshException(FailureCode.NOT_FOUND, "there is nothing at this address");
        };
    }

    private static MeshException ofBody(SchemaValidationException violation) {
        OutputUnit deepest = deepest(violation);
        String location = dotted(deepest.getInstanceLocation());
        String error = deepest.getError() == null ? "" : deepest.getError();
        Matcher missing = MISSING_PROPERTY.matcher(error);
        if (missing.find()) {
            String field = join(location, missing.group(1));
            return MeshException.invalid(field, "the field " + field + " is missing");
        }
        if (error.endsWith(UNKNOWN)) {
            return MeshException.invalid(location, "the field " + location + " is not known here");
        }
        String field = location.isEmpty() ? "body" : location;
        String reason = field.equals("connection_id") ? ": " + StreamId.RULE : reason(violation);
        return MeshException.invalid(field, "the field " + field + " is not valid" + reason);
    }

    private static String reason(ValidatorException violation) {
        if (violation instanceof SchemaValidationException schema) {
            OutputUnit unit = deepest(schema);
            return unit.getError() == null ? "" : ": " + unit.getError();
        }
        return "";
    }

    private static OutputUnit deepest(SchemaValidationException violation) {
        OutputUnit unit = violation.getOutputUnit();
        List<OutputUnit> errors = unit.getErrors();
        if (errors == null || errors.isEmpty()) {
            return unit;
        }
        return deepest(errors.stream().filter(error -> !told(error).startsWith(CONSEQUENCE)))
                .or(() -> deepest(errors.stream().filter(error -> told(error).endsWith(UNKNOWN))))
                .orElse(unit);
    }

    private static Optional<OutputUnit> deepest(Stream<OutputUnit> errors) {
        return errors.max(Comparator.comparingInt(
                error -> String.valueOf(error.getInstanceLocation()).split("/", -1).length));
    }

    private static String told(OutputUnit error) {
        return error.getError() == null ? "" : error.getError();
    }

    private static String dotted(String pointer) {
        String path = pointer == null ? "" : pointer.replaceFirst("^#?/?", "");
        return path.replace('/', '.');
    }

    private static String join(String location, String name) {
        return location.isEmpty() ? name : location + "." + name;
    }
}
