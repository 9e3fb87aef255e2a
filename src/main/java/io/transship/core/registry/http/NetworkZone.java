package io.transship.core.registry.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where an address lies, from the point of view of a server that must not be led to its own neighbours. */
enum NetworkZone {
    /** The internet. */
    PUBLIC,
    /** This machine or a private network (RFC 1918, RFC 6598, RFC 4193). */
    PRIVATE,
    /** Link-local addresses and Azure's platform address, where metadata and identity services answer. */
    PLATFORM;

    /** Finds addresses of a host; injected so that tests need no name service. */
    @FunctionalInterface
    interface Resolver {

        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** The most sensitive zone any address of the host lies in; public if the host is unknown, connecting will tell. */
    static NetworkZone of(String host, Resolver resolver) {
        try {
            return Arrays.stream(resolver.resolve(host))
                    .map(NetworkZone::of)
                    .max(NetworkZone::compareTo)
                    .orElse(PUBLIC);
        } catch (UnknownHostException e) {
            return PUBLIC;
        }
    }

    private static NetworkZone of(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (address.isLinkLocalAddress() || address.getHostAddress().equals("168.63.129.16")) {
            return PLATFORM;
        }
        boolean local = address instanceof Inet6Address
                ? (first & 0xfe) == 0xfc
                : first == 0 || (first == 100 && (second & 0xc0) == 64);
        return local || address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isAnyLocalAddress()
                ? PRIVATE
                : PUBLIC;
    }
}
