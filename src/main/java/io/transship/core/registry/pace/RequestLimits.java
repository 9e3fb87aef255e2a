package io.transship.core.registry.pace;

import java.util.EnumMap;
import java.util.Map;

/**
 * How much a registry may be asked by one process. What is not limited here is limited by what the registry answers.
 *
 * @param perMinute requests a minute, and at once after a minute of silence; no entry for no limit
 * @param concurrency requests that may wait for their answers at once, at least 1; signing in does not count
 */
public record RequestLimits(Map<RequestClass, Integer> perMinute, int concurrency) {

    /** More than one process has under way at its full speed, so that it only holds back a crowd of runs. */
    public static final int DEFAULT_CONCURRENCY = 64;

    /** None known. */
    public static final RequestLimits NONE = new RequestLimits(Map.of(), DEFAULT_CONCURRENCY);

    /**
     * What Azure Container Registry lets one identity do in its Premium tier; signing in is counted for the registry as a whole.
     * A cheaper tier, or other clients, show by 429.
     *
     * @see <a href="https://learn.microsoft.com/azure/container-registry/container-registry-skus">Azure Container Registry
     *     SKU features and limits</a>
     */
    public static final RequestLimits AZURE_PREMIUM = new RequestLimits(
            Map.of(
                    RequestClass.READ, 10_000,
                    RequestClass.WRITE, 2_000,
                    RequestClass.REFERRERS, 1_000,
                    RequestClass.TOKENS, 20_000),
            DEFAULT_CONCURRENCY);

    public RequestLimits {
        perMinute = Map.copyOf(perMinute);
        if (concurrency < 1 || perMinute.values().stream().anyMatch(count -> count < 1)) {
            throw new IllegalArgumentException("limits of requests are at least 1");
        }
    }

    /**
     * These limits with another one for a class.
     *
     * @param count a minute; zero for no limit
     */
    public RequestLimits with(RequestClass kind, int count) {
        Map<RequestClass, Integer> others = new EnumMap<>(RequestClass.class);
        others.putAll(perMinute);
        if (count == 0) {
            others.remove(kind);
        } else {
            others.put(kind, count);
        }
        return new RequestLimits(others, concurrency);
    }

    public RequestLimits withConcurrency(int count) {
        return new RequestLimits(perMinute, count);
    }
}
