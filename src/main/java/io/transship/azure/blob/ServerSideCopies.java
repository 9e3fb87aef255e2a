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
 * From where a storage service may fetch blocks by itself: what is allowed, and what was found not to work lately.
 * Thread-safe; one for a process.
 *
 * <p>The service that fetches is given what opens the source. A SAS is good for one container or account and goes to every
 * target. A bearer token opens all that its identity may read, so it goes only where the SDK would send one of its own
 * accord: to a host under a suffix of the cloud that the source is in as well. What a registry's redirect opens is one
 * content, for a while; it goes to every target too, if contents may be fetched from registries at all.
 */
public final class ServerSideCopies {

    private static final System.Logger LOG = System.getLogger(ServerSideCopies.class.getName());

    /** Roles and network rules change; whoever changed them does not want to restart the app. */
    private static final Duration MEMORY = Duration.ofHours(1);

    /** How a way from a source to a target is opened. */
    private enum Key {
        SAS,
        IDENTITY,
        REDIRECT
    }

    private record Way(String source, Key key, String target) {}

    private final boolean betweenContainers;
    private final boolean fromRegistries;
    private final Set<String> cloudSuffixes;
    private final Clock clock;
    private final Map<Way, Instant> refused = new ConcurrentHashMap<>();

    private ServerSideCopies(
            boolean betweenContainers, boolean fromRegistries, Set<String> cloudSuffixes, Clock clock) {
        this.betweenContainers = betweenContainers;
        this.fromRegistries = fromRegistries;
        this.cloudSuffixes = Set.copyOf(cloudSuffixes);
        this.clock = clock;
    }

    /**
     * Copies from container to container wherever it works.
     *
     * @param cloudSuffixes such as {@code .blob.core.windows.net}, in lower case; hosts that are only allowed by name are not
     *     among them
     */
    public static ServerSideCopies within(Set<String> cloudSuffixes, Clock clock) {
        return new ServerSideCopies(true, false, cloudSuffixes, clock);
    }

    /** No copies: every byte is streamed. */
    public static ServerSideCopies off() {
        return new ServerSideCopies(false, false, Set.of(), Clock.systemUTC());
    }

    /** The same, and contents are copied from where their registry leads to, too. Knows nothing of what was refused. */
    public ServerSideCopies andFromRegistries() {
        return new ServerSideCopies(betweenContainers, true, cloudSuffixes, clock);
    }

    /** Whether a copy from this container may be tried. */
    boolean mayTry(ContainerUri source, StorageErrors.Access access, ContainerUri target) {
        return betweenContainers
                && (access == StorageErrors.Access.SAS || isOfOneCloud(source.host(), target.host()))
                && isOpen(way(source, access, target));
    }

    /** Remembers that it does not work, and says so once. */
    void refused(ContainerUri source, StorageErrors.Access access, ContainerUri target, String reason) {
        remember(
                way(source, access, target),
                "the service of account '%s' cannot fetch blocks from account '%s' by itself (%s)"
                        .formatted(target.account(), source.account(), reason));
    }

    /** Whether this registry may be asked where it keeps a content. */
    boolean mayAsk(String registry) {
        return fromRegistries && isOpen(registry(registry));
    }

    /** Remembers that a registry serves contents itself, and says so once. */
    void leadsNowhere(String registry) {
        remember(
                registry(registry),
                "registry '%s' serves contents itself, so that no storage service can fetch them".formatted(registry));
    }

    /** Whether a copy from this address, to which a registry led, may be tried. */
    boolean mayTry(URI address, ContainerUri target) {
        return fromRegistries && isOpen(way(address, target));
    }

    /** Remembers of its host that it does not work, and says so once. */
    void refused(URI address, ContainerUri target, String reason) {
        remember(
                way(address, target),
                "the service of account '%s' cannot fetch contents from '%s' by itself (%s)"
                        .formatted(target.account(), address.getHost(), reason));
    }

    private boolean isOpen(Way way) {
        Instant until = refused.get(way);
        return until == null || (!clock.instant().isBefore(until) && refused.remove(way, until));
    }

    private void remember(Way way, String text) {
        Instant now = clock.instant();
        refused.values().removeIf(until -> !now.isBefore(until));
        if (refused.putIfAbsent(way, now.plus(MEMORY)) == null) {
            LOG.log(
                    System.Logger.Level.INFO,
                    text + "; they are streamed through this app for an hour, then it is tried again");
        }
    }

    private boolean isOfOneCloud(String source, String target) {
        String from = source.toLowerCase(Locale.ROOT);
        String to = target.toLowerCase(Locale.ROOT);
        return (Loopback.isHost(from) && Loopback.isHost(to))
                || cloudSuffixes.stream().anyMatch(suffix -> from.endsWith(suffix) && to.endsWith(suffix));
    }

    private static Way way(ContainerUri source, StorageErrors.Access access, ContainerUri target) {
        Key key = access == StorageErrors.Access.SAS ? Key.SAS : Key.IDENTITY;
        return new Way(source.service().toString(), key, target.service().toString());
    }

    private static Way way(URI address, ContainerUri target) {
        String authority = address.getHost().toLowerCase(Locale.ROOT) + ":" + address.getPort();
        return new Way(authority, Key.REDIRECT, target.service().toString());
    }

    /** Whatever the target is. */
    private static Way registry(String host) {
        return new Way(host, Key.REDIRECT, "");
    }
}
