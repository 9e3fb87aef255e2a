package io.transship.azure.blob;

import io.transship.core.content.Loopback;
import io.transship.core.storage.ContainerUri;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Between which accounts one storage service may fetch blocks from the other by itself: what is allowed, and what was found
 * not to work lately. Thread-safe; one for a process.
 *
 * <p>The service that fetches is given what opens the source. A SAS is good for one container or account and goes to every
 * target. A bearer token opens all that its identity may read, so it goes only where the SDK would send one of its own
 * accord: to a host under a suffix of the cloud that the source is in as well.
 */
public final class ServerSideCopies {

    private static final System.Logger LOG = System.getLogger(ServerSideCopies.class.getName());

    /** Roles and network rules change; whoever changed them does not want to restart the app. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private record Pair(URI source, StorageErrors.Access access, URI target) {}

    private final boolean enabled;
    private final Set<String> cloudSuffixes;
    private final Clock clock;
    private final Map<Pair, Instant> refused = new ConcurrentHashMap<>();

    private ServerSideCopies(boolean enabled, Set<String> cloudSuffixes, Clock clock) {
        this.enabled = enabled;
        this.cloudSuffixes = Set.copyOf(cloudSuffixes);
        this.clock = clock;
    }

    /**
     * Copies wherever it works.
     *
     * @param cloudSuffixes such as {@code .blob.core.windows.net}, in lower case; hosts that are only allowed by name are not
     *     among them
     */
    public static ServerSideCopies within(Set<String> cloudSuffixes, Clock clock) {
        return new ServerSideCopies(true, cloudSuffixes, clock);
    }

    /** No copies: every byte is streamed. */
    public static ServerSideCopies off() {
        return new ServerSideCopies(false, Set.of(), Clock.systemUTC());
    }

    /** Whether it may be tried. */
    boolean mayTry(ContainerUri source, StorageErrors.Access access, ContainerUri target) {
        if (!enabled || (access != StorageErrors.Access.SAS && !isOfOneCloud(source.host(), target.host()))) {
            return false;
        }
        Pair pair = pair(source, access, target);
        Instant until = refused.get(pair);
        return until == null || (!clock.instant().isBefore(until) && refused.remove(pair, until));
    }

    /** Remembers that it does not work, and says so once. */
    void refused(ContainerUri source, StorageErrors.Access access, ContainerUri target, String reason) {
        if (refused.putIfAbsent(pair(source, access, target), clock.instant().plus(MEMORY)) == null) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "the service of account '%s' cannot fetch blocks from account '%s' by itself (%s); they are streamed through this app for an hour, then it is tried again"
                            .formatted(target.account(), source.account(), reason));
        }
    }

    private boolean isOfOneCloud(String source, String target) {
        String from = source.toLowerCase(Locale.ROOT);
        String to = target.toLowerCase(Locale.ROOT);
        return (Loopback.isHost(from) && Loopback.isHost(to))
                || cloudSuffixes.stream().anyMatch(suffix -> from.endsWith(suffix) && to.endsWith(suffix));
    }

    private static Pair pair(ContainerUri source, StorageErrors.Access access, ContainerUri target) {
        return new Pair(source.service(), access, target.service());
    }
}
