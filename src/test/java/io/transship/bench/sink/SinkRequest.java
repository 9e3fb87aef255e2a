package io.transship.bench.sink;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request of the Blob Storage protocol without its body.
 *
 * @param path decoded, such as {@code /account/container/folder/blob.tar}
 * @param query names and decoded values
 * @param headers by their names in lower case
 */
record SinkRequest(String method, String path, Map<String, String> query, Map<String, String> headers) {

    SinkRequest {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    /** Of the first line of a request and its headers. */
    static SinkRequest parse(String line, Map<String, String> headers) {
        String[] parts = line.split(" ", -1);
        String target = parts.length > 1 ? parts[1] : "/";
        int mark = target.indexOf('?');
        Map<String, String> query = new HashMap<>();
        if (mark >= 0) {
            for (String pair : target.substring(mark + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                query.put(
                        equals < 0 ? pair : pair.substring(0, equals),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return new SinkRequest(parts[0], decoded(mark < 0 ? target : target.substring(0, mark)), query, headers);
    }

    String comp() {
        return query.getOrDefault("comp", "");
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Account and container: what stands before the blob's name. */
    String container() {
        return blobStart() < 0 ? path : path.substring(0, blobStart());
    }

    /** The blob's name, or empty if the request is about the container. */
    String blob() {
        return blobStart() < 0 || query.getOrDefault("restype", "").equals("container")
                ? ""
                : path.substring(blobStart() + 1);
    }

    private int blobStart() {
        int container = path.indexOf('/', 1);
        return container < 0 ? -1 : path.indexOf('/', container + 1);
    }

    /** Properties and metadata that a blob keeps, under the names that an answer gives them. */
    Map<String, String> kept() {
        Map<String, String> kept = new HashMap<>();
        headers.forEach((name, value) -> {
            if (name.startsWith("x-ms-meta-")) {
                kept.put(name, value);
            }
        });
        kept.put("content-type", headers.getOrDefault("x-ms-blob-content-type", "application/octet-stream"));
        header("x-ms-blob-content-md5").ifPresent(md5 -> kept.put("content-md5", md5));
        return kept;
    }

    boolean endsConnection() {
        return header("connection").map(value -> value.toLowerCase(Locale.ROOT)).equals(Optional.of("close"));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
