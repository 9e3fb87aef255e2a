package io.transship.core.pipeline;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the telemetry of a run belongs, as values of W3C's header {@code traceparent}.
 *
 * @param parent of the request or event that asked for the execution; absent if nothing said one
 * @param archive of the run that made the archive which is imported; absent if the archive's metadata does not say
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">Trace Context</a>
 */
public record RunTrace(@Nullable String parent, @Nullable String archive) {

    public static final RunTrace NONE = new RunTrace(null, null);

    /** Name of an archive's metadata that holds it: a hint, since copy tools lose metadata. */
    public static final String METADATA = "traceparent";

    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    /** Takes what comes from elsewhere: what is no traceparent counts as absent. */
    public RunTrace {
        parent = valid(parent);
        archive = valid(archive);
    }

    private static @Nullable String valid(@Nullable String traceparent) {
        return traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null;
    }

    public RunTrace withArchive(@Nullable String traceparent) {
        return new RunTrace(parent, traceparent);
    }
}
