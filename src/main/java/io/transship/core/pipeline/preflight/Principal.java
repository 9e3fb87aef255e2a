package io.transship.core.pipeline.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom a token speaks of, for messages and command lines. Nothing is decided by it: the token's signature is not checked,
 * that is the work of those who receive it.
 *
 * @param objectId what roles are assigned to
 * @param applicationId empty if the token does not say
 * @param tenantId empty if the token does not say
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference">Access token claims</a>
 */
record Principal(String objectId, String applicationId, String tenantId, Type type) {

    /** Types as {@code az role assignment create} calls them. */
    enum Type {
        /** A managed identity or an application. */
        SERVICE_PRINCIPAL("ServicePrincipal"),
        /** A person, such as a developer. */
        USER("User");

        private final String armName;

        Type(String armName) {
            this.armName = armName;
        }

        String armName() {
            return armName;
        }
    }

    private static final JsonMapper MAPPER = new JsonMapper();

    /** Claims become part of command lines: nothing but what ids are made of. */
    private static final Pattern ID = Pattern.compile("[0-9a-zA-Z-]{1,64}");

    /** Reads a token's claims; empty if it has another form or no object id. */
    static Optional<Principal> of(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode claims = MAPPER.readTree(Base64.getUrlDecoder().decode(parts[1]));
            String objectId = id(claims, "oid");
            String applicationId = id(claims, "appid");
            return objectId.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Principal(
                            objectId,
                            applicationId.isEmpty() ? id(claims, "azp") : applicationId,
                            id(claims, "tid"),
                            // Only who signed in by hand has delegated some scopes to an application.
                            claims.has("scp") ? Type.USER : Type.SERVICE_PRINCIPAL));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String id(JsonNode claims, String name) {
        String value = claims.path(name).asText("");
        return ID.matcher(value).matches() ? value : "";
    }

    @Override
    public String toString() {
        return "principal '%s' (application '%s', tenant '%s')".formatted(objectId, applicationId, tenantId);
    }
}
