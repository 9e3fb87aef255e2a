package io.transship.core.pipeline;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param next asks the same list for the part that follows; empty if this is the last one
 */
public record Page<T>(List<T> items, Optional<String> next) {

    public Page {
        items = List.copyOf(items);
    }
}
