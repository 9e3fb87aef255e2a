package io.transship.core.pipeline.definition;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The managed identity of a pipeline: ARM's {@code identity}.
 *
 * @param userAssigned client ids by the resource ids of user-assigned identities; a client id that was not given is empty
 */
public record ResourceIdentity(Type type, Map<String, Optional<String>> userAssigned) {

    /** Kinds of managed identity, by ARM's names. */
    public enum Type {
        SYSTEM_ASSIGNED("SystemAssigned"),
        USER_ASSIGNED("UserAssigned"),
        BOTH("SystemAssigned, UserAssigned"),
        NONE("None");

        private final String armName;

        Type(String armName) {
            this.armName = armName;
        }

        public String armName() {
            return armName;
        }

        /** By its name in any case, with or without the blank. */
        static Optional<Type> parse(String text) {
            for (Type type : values()) {
                if (type.armName.replace(" ", "").equalsIgnoreCase(text.replace(" ", ""))) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /** What a pipeline has that says nothing of its identity. */
    public static final ResourceIdentity SYSTEM = new ResourceIdentity(Type.SYSTEM_ASSIGNED, Map.of());

    public ResourceIdentity {
        userAssigned = Map.copyOf(userAssigned);
    }

    /** What tokens are asked for as: the user-assigned identity's client id or else its resource id; empty for the app's own. */
    Optional<String> actingAs() {
        return new TreeMap<>(userAssigned)
                .entrySet().stream().findFirst().map(first -> first.getValue().orElse(first.getKey()));
    }
}
