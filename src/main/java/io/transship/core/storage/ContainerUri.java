package io.transship.core.storage;

import io.transship.core.content.Loopback;
import io.transship.core.content.RedactedUri;
import io.transship.core.sas.SasTarget;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address of a blob container: {@code https://account.blob.core.windows.net/container}, or with the account in the
 * path as Azurite and private clouds by IP have it: {@code https://127.0.0.1:10000/account/container}.
 *
 * @param service the account's blob endpoint, without a slash at its end
 * @param container name of the container
 */
public record ContainerUri(URI service, String container) {

    private static final Pattern CONTAINER = Pattern.compile("[a-z0-9](?:-?[a-z0-9]){2,62}|\\$root|\\$web");
    private static final Pattern IP_OR_LOCAL = Pattern.compile("localhost|[0-9.]+|\\[[0-9a-fA-F:.]+]");

    public ContainerUri {
        if (!CONTAINER.matcher(container).matches()) {
            throw new IllegalArgumentException(
                    "container '%s' is not valid: expected 3 to 63 lower-case letters, digits and".formatted(container)
                            + " single hyphens");
        }
    }

    /**
     * Parses a container's URI.
     *
     * @throws IllegalArgumentException if it is none, carries a query (a SAS belongs into Key Vault) or is not HTTPS;
     *     plain HTTP is allowed on loopback only
     */
    public static ContainerUri parse(String text) {
        URI uri;
        try {
            uri = URI.create(text.trim());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "container URI is not a valid URI: expected https://account.blob.…/container");
        }
        String shown = RedactedUri.of(uri);
        if (uri.getHost() == null || uri.getRawPath() == null || uri.getScheme() == null) {
            throw new IllegalArgumentException(
                    "container URI '%s' is not complete: expected https://account.blob.…/container".formatted(shown));
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "container URI '%s' must not carry a query: keep the SAS in a Key Vault secret and name it in keyVaultUri"
                            .formatted(shown));
        }
        boolean pathStyle = IP_OR_LOCAL.matcher(uri.getHost()).matches();
        if (!uri.getScheme().equals("https") && !(uri.getScheme().equals("http") && Loopback.isHost(uri.getHost()))) {
            throw new IllegalArgumentException("container URI '%s' must start with https://".formatted(shown));
        }
        String path = uri.getPath().replaceAll("^/+|/+$", "");
        String[] parts = path.split("/", -1);
        if (parts.length != (pathStyle ? 2 : 1) || path.isEmpty()) {
            throw new IllegalArgumentException(
                    "container URI '%s' must name a container and nothing below it: expected %s"
                            .formatted(
                                    shown,
                                    pathStyle
                                            ? "https://address/account/container"
                                            : "https://account.blob.…/container"));
        }
        String authority = uri.getScheme() + "://" + uri.getRawAuthority();
        return new ContainerUri(
                URI.create(pathStyle ? authority + "/" + parts[0] : authority), parts[parts.length - 1]);
    }

    /** The account's name. */
    public String account() {
        String path = service.getPath();
        if (path != null && path.length() > 1) {
            return path.substring(1);
        }
        String host = service.getHost();
        int dot = host.indexOf('.');
        return dot < 0 ? host : host.substring(0, dot);
    }

    /** What a SAS for this container is meant to open. */
    public SasTarget sasTarget() {
        return new SasTarget(account(), container);
    }

    /** The blob endpoint's host name. */
    public String host() {
        return service.getHost();
    }

    /** The address of a blob in this container, as {@code BlobCreated} events name it. */
    public URI blob(BlobName name) {
        try {
            return new URI(
                    service.getScheme(),
                    service.getRawAuthority(),
                    (service.getPath() == null ? "" : service.getPath()) + "/" + container + "/" + name.value(),
                    null,
                    null);
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException("blob name '%s' cannot be written as a URI".formatted(name), e);
        }
    }

    /** The name of the blob at this address, if it is one of this container. */
    public Optional<BlobName> nameOf(URI blob) {
        String prefix = (service.getPath() == null ? "" : service.getPath()) + "/" + container + "/";
        boolean isHere = blob.getScheme() != null
                && blob.getRawAuthority() != null
                && blob.getPath() != null
                && blob.getScheme().equalsIgnoreCase(service.getScheme())
                && blob.getRawAuthority().equalsIgnoreCase(service.getRawAuthority())
                && blob.getPath().startsWith(prefix)
                && blob.getPath().length() > prefix.length();
        return isHere ? Optional.of(new BlobName(blob.getPath().substring(prefix.length()))) : Optional.empty();
    }

    @Override
    public String toString() {
        return service + "/" + container;
    }
}
