package io.transship.bench.sink;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a blob, from its first byte to the one behind its last. */
record ByteRange(long start, long end) {

    private static final Pattern HEADER = Pattern.compile("bytes=(\\d+)-(\\d*)");

    /** The part that a request wants of a blob; empty if it wants the whole. {@code x-ms-range} goes first. */
    static Optional<ByteRange> wanted(SinkRequest request, long size) throws Refusal {
        Optional<String> header = request.header("x-ms-range").or(() -> request.header("range"));
        Matcher matcher = HEADER.matcher(header.orElse(""));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long start = Long.parseLong(matcher.group(1));
        if (start >= size) {
            throw new Refusal(416, "InvalidRange");
        }
        long end = matcher.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(matcher.group(2)) + 1);
        return Optional.of(new ByteRange(start, end));
    }

    long length() {
        return end - start;
    }
}
