package io.transship.core.content;

import java.util.regex.Pattern;

/** This machine as a host in an address: the only place that plain HTTP may go to without being asked for. */
public final class Loopback {

    /** Addresses in full: {@code 127.example.com} is a name like any other. */
    private static final Pattern HOST = Pattern.compile("localhost|\\[::1]|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

    private Loopback() {}

    /** Whether a URI's host is this machine, written in lower case. */
    public static boolean isHost(String host) {
        return HOST.matcher(host).matches();
    }
}
