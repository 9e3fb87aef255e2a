package io.transship.core.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.http.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GET of a list of names, page after page by its {@code Link} header.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags">distribution-spec
 *     1.1, listing tags</a>
 */
final class PagedList {

    private static final int MAX_PAGE_BYTES = 16 * 1024 * 1024;
    private static final int MAX_NAMES = 1_000_000;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel\\s*=\\s*\"?next\"?");
    private static final JsonMapper MAPPER = new JsonMapper();

    private final RegistryExchange exchange;
    private final Operation operation;
    private final String field;
    private final List<String> names = new ArrayList<>();

    PagedList(RegistryExchange exchange, Operation operation, String field) {
        this.exchange = exchange;
        this.operation = operation;
        this.field = field;
    }

    /** All names; empty if the list itself does not exist. */
    List<String> read(String path) throws IOException {
        Set<URI> seen = new HashSet<>();
        Optional<URI> next = Optional.of(exchange.endpoint(path));
        while (next.isPresent()) {
            URI page = next.get();
            if (!seen.add(page) || names.size() > MAX_NAMES) {
                throw operation.failure(Kind.REJECTED, "the pages do not end", null);
            }
            next = exchange.run(operation, HttpRequest.of("GET", page), response -> switch (response.status()) {
                case 200 -> addPage(page, response);
                case 404 -> Optional.empty();
                default -> throw operation.refusal(response);
            });
        }
        return List.copyOf(names);
    }

    private Optional<URI> addPage(URI page, HttpResponse response) throws IOException {
        byte[] body = response.read(MAX_PAGE_BYTES + 1);
        if (body.length > MAX_PAGE_BYTES) {
            throw operation.failure(Kind.REJECTED, "a page has more than %,d bytes".formatted(MAX_PAGE_BYTES), null);
        }
        Optional<URI> next = next(page, response);
        try {
            JsonNode root = MAPPER.readTree(body);
            if (root == null || !root.isObject()) {
                throw operation.failure(Kind.REJECTED, "the answer is not a JSON object", null);
            }
            root.path(field).forEach(name -> names.add(name.asText()));
            return next;
        } catch (JacksonException e) {
            throw operation.failure(Kind.REJECTED, "the answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private Optional<URI> next(URI page, HttpResponse response) throws RegistryException {
        for (String header : response.headers("Link")) {
            Matcher link = NEXT.matcher(header);
            if (link.find()) {
                return Optional.of(sameServer(page, link.group(1)));
            }
        }
        return Optional.empty();
    }

    private URI sameServer(URI page, String link) throws RegistryException {
        try {
            URI next = page.resolve(URI.create(link));
            if (Origin.of(page).covers(next)) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // Falls through: the link may hold anything and is not shown.
        }
        throw operation.failure(Kind.REJECTED, "the next page is not on the same server", null);
    }
}
