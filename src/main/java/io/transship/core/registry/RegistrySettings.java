package io.transship.core.registry;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.content.RetryListener;
import io.transship.core.content.Sleeper;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.auth.TrustedHosts.Plaintext;
import io.transship.core.registry.http.Origin;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.registry.pace.Pacing;
import java.net.URI;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * What a {@link RegistryClient} must know.
 *
 * @param address of the login server: scheme, host and, if need be, port
 * @param cloud that the app is in
 * @param tokenHosts hosts besides the registry that credentials may be sent to, if the registry names one of them as its
 *     token service
 * @param plaintext whether plain http is allowed to a host that is not this machine
 * @param random for the jitter of waits; thread-safe
 * @param retries hears of them
 * @param pacing of all clients of this registry in the process
 */
public record RegistrySettings(
        URI address,
        RegistryCredential credential,
        CloudEndpoints cloud,
        Set<String> tokenHosts,
        Plaintext plaintext,
        RetryPolicy retryPolicy,
        Clock clock,
        Sleeper sleeper,
        RandomGenerator random,
        RetryListener retries,
        Pacing pacing) {

    /**
     * Checks the address.
     *
     * @throws IllegalArgumentException if it is not the address of a server, or is plain http to another machine without
     *     leave
     */
    public RegistrySettings {
        tokenHosts = Set.copyOf(tokenHosts);
        Origin origin = origin(address);
        if (!origin.isEncrypted() && !origin.isLoopback() && plaintext != Plaintext.ALLOWED) {
            throw new IllegalArgumentException(
                    ("registry '%s' would be reached by plain http, which shows credentials and content to the network; use"
                                    + " https, or allow plain http for this registry")
                            .formatted(origin.host()));
        }
    }

    /**
     * Settings with the defaults: https, the public cloud, no further token hosts, {@link RetryPolicy#DEFAULT}, real time.
     *
     * @throws IllegalArgumentException if the address is not that of a server, or is plain http to another machine
     */
    public static RegistrySettings of(URI address, RegistryCredential credential) {
        return new RegistrySettings(
                address,
                credential,
                CloudEndpoints.AZURE_PUBLIC,
                Set.of(),
                Plaintext.LOOPBACK_ONLY,
                RetryPolicy.DEFAULT,
                Clock.systemUTC(),
                Sleeper.REAL,
                () -> ThreadLocalRandom.current().nextLong(),
                RetryListener.NONE,
                Pacing.NONE);
    }

    /**
     * Settings for a login server by its name, such as {@code example.azurecr.io}; with a scheme in front, by that.
     *
     * @throws IllegalArgumentException as {@link #of(URI, RegistryCredential)}
     */
    public static RegistrySettings of(String loginServer, RegistryCredential credential) {
        return of(URI.create(loginServer.contains("://") ? loginServer : "https://" + loginServer), credential);
    }

    public RegistrySettings withTokenHosts(Set<String> hosts) {
        return new RegistrySettings(
                address, credential, cloud, hosts, plaintext, retryPolicy, clock, sleeper, random, retries, pacing);
    }

    public RegistrySettings withCloud(CloudEndpoints other) {
        return new RegistrySettings(
                address,
                credential,
                other,
                tokenHosts,
                plaintext,
                retryPolicy,
                clock,
                sleeper,
                random,
                retries,
                pacing);
    }

    public RegistrySettings withPlaintext(Plaintext choice) {
        return new RegistrySettings(
                address, credential, cloud, tokenHosts, choice, retryPolicy, clock, sleeper, random, retries, pacing);
    }

    public RegistrySettings withRetryPolicy(RetryPolicy policy) {
        return new RegistrySettings(
                address, credential, cloud, tokenHosts, plaintext, policy, clock, sleeper, random, retries, pacing);
    }

    public RegistrySettings withRetryListener(RetryListener listener) {
        return new RegistrySettings(
                address,
                credential,
                cloud,
                tokenHosts,
                plaintext,
                retryPolicy,
                clock,
                sleeper,
                random,
                listener,
                pacing);
    }

    public RegistrySettings withPacing(Pacing other) {
        return new RegistrySettings(
                address, credential, cloud, tokenHosts, plaintext, retryPolicy, clock, sleeper, random, retries, other);
    }

    /** These settings on another clock, and waiting in another way. */
    public RegistrySettings withTime(Clock otherClock, Sleeper otherSleeper) {
        return new RegistrySettings(
                address,
                credential,
                cloud,
                tokenHosts,
                plaintext,
                retryPolicy,
                otherClock,
                otherSleeper,
                random,
                retries,
                pacing);
    }

    private static Origin origin(URI address) {
        String path = address.getRawPath();
        boolean bare = (path == null || path.isEmpty() || path.equals("/"))
                && address.getRawQuery() == null
                && address.getRawFragment() == null
                && address.getRawUserInfo() == null;
        if (!bare) {
            throw new IllegalArgumentException(
                    "the address of a registry is a scheme, a host and a port, nothing else");
        }
        try {
            return Origin.of(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'%s' is not the address of a registry: expected https://host, with :port if need be"
                            .formatted(address),
                    e);
        }
    }
}
