package io.transship.core.pipeline;

/**
 * Something wrong in what was asked for. Validation returns all of them.
 *
 * @param target path of the property that it is about, such as {@code properties.target.uri}
 * @param message what is wrong and what to write instead
 */
public record Problem(String target, String message) {

    /** The same one with its path seen from further outside. */
    public Problem under(String prefix) {
        return new Problem(prefix + target, message);
    }

    @Override
    public String toString() {
        return target + ": " + message;
    }
}
