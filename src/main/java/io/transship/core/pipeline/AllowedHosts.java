package io.transship.core.pipeline;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The hosts that tokens and SAS may be sent to: those under the cloud's own suffixes and those the operator named.
 *
 * @param suffixes such as {@code .blob.core.windows.net}
 * @param hosts host names without port
 */
public record AllowedHosts(Set<String> suffixes, Set<String> hosts) {

    public AllowedHosts {
        suffixes = lower(suffixes);
        hosts = lower(hosts);
        for (String suffix : suffixes) {
            if (!suffix.startsWith(".")) {
                throw new IllegalArgumentException(
                        "host suffix '%s' must start with a dot, or it lets hosts of others pass".formatted(suffix));
            }
        }
    }

    /**
     * Lets an allowed host pass.
     *
     * @throws IllegalArgumentException that says which setting to change if the host is not allowed
     */
    public void require(String host, String what) {
        String name = host.toLowerCase(Locale.ROOT);
        if (!hosts.contains(name) && suffixes.stream().noneMatch(name::endsWith)) {
            throw new IllegalArgumentException(
                    "%s is at host '%s', which is not among the hosts that may receive tokens; if it is right, add it to the app setting TRANSSHIP_ALLOWED_HOSTS"
                            .formatted(what, host));
        }
    }

    private static Set<String> lower(Set<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }
}
