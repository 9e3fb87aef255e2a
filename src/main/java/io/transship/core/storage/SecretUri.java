package io.transship.core.storage;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a Key Vault secret, with or without a version: {@code https://vault.vault.azure.net/secrets/name}.
 *
 * @param vault the vault's address, without a slash at its end
 * @param version empty for the current one
 */
public record SecretUri(URI vault, String name, Optional<String> version) {

    private static final Pattern PATH = Pattern.compile("/secrets/([0-9a-zA-Z-]{1,127})(?:/([0-9a-zA-Z]{1,64}))?/?");

    /**
     * Parses a secret's address.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static SecretUri parse(String text) {
        try {
            URI uri = new URI(text.trim());
            Matcher path = PATH.matcher(uri.getPath() == null ? "" : uri.getPath());
            if ("https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && path.matches()) {
                return new SecretUri(
                        URI.create("https://" + uri.getRawAuthority()),
                        path.group(1),
                        Optional.ofNullable(path.group(2)));
            }
        } catch (java.net.URISyntaxException e) {
            // Falls through to the one message; the text is not shown, it may be the secret itself.
        }
        throw new IllegalArgumentException(
                "keyVaultUri is not the address of a secret: expected https://vault.vault.azure.net/secrets/name");
    }

    /** Whether both name one secret, whatever the version; a vault does not tell names apart by case. */
    public boolean isSameSecretAs(SecretUri other) {
        return key().equals(other.key());
    }

    /** The same text for all addresses of one secret, whatever version they name and in whatever case. */
    public String key() {
        return (vault.getRawAuthority() + "/" + name).toLowerCase(Locale.ROOT);
    }

    /** The vault's name, the first label of its host. */
    public String vaultName() {
        String host = vault.getHost();
        int dot = host.indexOf('.');
        return dot < 0 ? host : host.substring(0, dot);
    }

    @Override
    public String toString() {
        return vault + "/secrets/" + name + version.map(v -> "/" + v).orElse("");
    }
}
