package io.transship.core.registry.auth;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a token is for: actions on resources, in an order of its own, so that equal sets of rights are equal.
 *
 * @param actions by resource, such as {@code repository:samples/app} to {@code pull}
 * @see <a href="https://distribution.github.io/distribution/spec/auth/scope/">token scopes</a>
 */
public record Scopes(SortedMap<String, SortedSet<String>> actions) {

    /** No rights at all: enough to learn whether a registry knows us. */
    public static final Scopes NONE = new Scopes(new TreeMap<>());

    /** Reading the list of repositories. */
    public static final Scopes CATALOG = NONE.and("registry:catalog", "*");

    public Scopes {
        SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
        actions.forEach((resource, set) -> copy.put(resource, Collections.unmodifiableSortedSet(new TreeSet<>(set))));
        actions = Collections.unmodifiableSortedMap(copy);
    }

    /** Reading from a repository. */
    public static Scopes pull(String repository) {
        return NONE.and("repository:" + repository, "pull");
    }

    /** Reading from and writing to a repository. */
    public static Scopes push(String repository) {
        return pull(repository).and("repository:" + repository, "push");
    }

    /** These rights and those. */
    public Scopes and(Scopes others) {
        Scopes sum = this;
        for (var entry : others.actions.entrySet()) {
            for (String action : entry.getValue()) {
                sum = sum.and(entry.getKey(), action);
            }
        }
        return sum;
    }

    private Scopes and(String resource, String action) {
        SortedMap<String, SortedSet<String>> more = new TreeMap<>();
        actions.forEach((known, set) -> more.put(known, new TreeSet<>(set)));
        more.computeIfAbsent(resource, absent -> new TreeSet<>()).add(action);
        return new Scopes(more);
    }

    /** Reads a challenge's {@code scope}: {@code type:name:action,action}, several of them separated by blanks. */
    static Scopes parse(String text) {
        Scopes scopes = NONE;
        for (String part : text.trim().split(" +", -1)) {
            int colon = part.lastIndexOf(':');
            if (colon > 0) {
                for (String action : part.substring(colon + 1).split(",", -1)) {
                    scopes = scopes.and(part.substring(0, colon), action);
                }
            }
        }
        return scopes;
    }

    /** One text for each resource, as a token service expects them. */
    List<String> values() {
        return actions.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + String.join(",", entry.getValue()))
                .toList();
    }

    @Override
    public String toString() {
        return String.join(" ", values());
    }
}
