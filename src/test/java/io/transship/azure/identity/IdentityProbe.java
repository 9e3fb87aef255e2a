package io.transship.azure.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.transship.azure.blob.AzureBlobContainers;
import io.transship.azure.blob.ServerSideCopies;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryClient;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.WriteMode;
import io.transship.functions.settings.AppSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** What the app does with its identities, as its settings say, in a JVM of its own. */
final class IdentityProbe {

    private final AppSettings settings = AppSettings.of(System.getenv());
    private final AzureIdentities identities =
            new AzureIdentities(System.getenv(), settings.cloud(), settings.identities());

    private IdentityProbe() {}

    /**
     * Takes what to do in turn, {@code verb|identity|object}, with an empty identity for the system-assigned one, and prints
     * a line for each.
     */
    public static void main(String[] args) {
        IdentityProbe probe = new IdentityProbe();
        System.out.println("problems " + probe.settings.problems());
        for (String arg : args) {
            String[] parts = arg.split("\\|", -1);
            Optional<String> identity = Optional.of(parts[1]).filter(id -> !id.isEmpty());
            try {
                System.out.println(parts[0] + " " + probe.done(parts[0], identity, parts[2]));
            } catch (IOException e) {
                System.out.println(parts[0] + " failed: " + e.getMessage());
            }
        }
    }

    private String done(String verb, Optional<String> identity, String object) throws IOException {
        return switch (verb) {
            case "token" -> claims(identities.tokens(identity).accessToken(object));
            case "write" -> written(identity, ContainerUri.parse(object));
            case "tags" -> tags(identity, object);
            default -> throw new IllegalArgumentException(verb);
        };
    }

    private static String claims(String token) throws IOException {
        JsonNode claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
        return "%s for %s in %s"
                .formatted(
                        claims.path("appid").asText(),
                        claims.path("aud").asText(),
                        claims.path("tid").asText());
    }

    private String written(Optional<String> identity, ContainerUri uri) throws IOException {
        BlobName name = new BlobName("written.txt");
        new AzureBlobContainers(identities, ServerSideCopies.off())
                .open(uri, new StorageAccess.Identity(identity))
                .write(name, "by identity".getBytes(StandardCharsets.UTF_8), WriteMode.OVERWRITE, Map.of());
        return name.toString();
    }

    private String tags(Optional<String> identity, String address) throws IOException {
        RegistryCredential credential = new RegistryCredential.Entra(
                identities.tokens(identity), settings.cloud().registryScope());
        try (Registry registry =
                new RegistryClient(RegistrySettings.of(address, credential).withCloud(settings.cloud()))) {
            return registry.repository("shop/web").tags().toString();
        }
    }
}
