package io.transship.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.content.StreamSupplier;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.ScriptedServer.Seen;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.auth.RegistryCredential.Basic;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a hostile registry says, nobody else gets its credentials or an Entra token. */
class LeadAstrayRegistryTest extends ScriptedRegistry {

    private static final RegistryCredential PASSWORD = new Basic("user", () -> "pass");
    private static final RegistryCredential ENTRA =
            new RegistryCredential.Entra(scope -> "entra-token", CloudEndpoints.AZURE_PUBLIC.registryScope());
    private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final Descriptor BLOB =
            new Descriptor(MediaType.OCI_LAYER, Digest.sha256Of(CONTENT), CONTENT.length);

    private ScriptedServer stranger;

    @BeforeEach
    void startStranger() throws IOException {
        stranger = new ScriptedServer();
    }

    @AfterEach
    void stopStranger() {
        stranger.close();
    }

    @Test
    void anUploadThatIsLedElsewhereCarriesNoCredentials() throws IOException {
        server.on(
                "POST /v2/app/blobs/uploads/",
                (Seen seen) -> isSignedIn(seen)
                        ? Answer.of(202).with("Location", stranger.address() + "/upload")
                        : wantsBasic());
        // It asks for them, too.
        stranger.on("PUT /upload", wantsBasic());

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> app(settings(PASSWORD)).put(BLOB, body()));

        assertThat(stranger.seen()).isNotEmpty();
        assertNoCredentials();
    }

    @Test
    void aDownloadThatIsLedElsewhereCarriesNoCredentialsEvenIfAskedForThem() {
        server.on(
                "GET /v2/app/blobs/" + BLOB.digest(),
                (Seen seen) -> isSignedIn(seen)
                        ? Answer.of(307).with("Location", stranger.address() + "/data")
                        : wantsBasic());
        stranger.on("GET /data", wantsBasic());

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(app(settings(PASSWORD))));

        assertThat(stranger.seen()).isNotEmpty();
        assertNoCredentials();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer realm=\"%s/token\",service=\"s\"", "Bearer realm=\"https://localhost:1/token\""})
    void aTokenServiceElsewhereGetsNoCredentials(String challenge) {
        String named = challenge.contains("%s") ? challenge.formatted(local(stranger)) : challenge;
        server.on("GET /v2/app/tags/list", Answer.of(401).with("WWW-Authenticate", named));

        for (RegistryCredential credential : new RegistryCredential[] {PASSWORD, ENTRA}) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> app(settings(credential)).tags());
        }

        assertThat(stranger.seen()).isEmpty();
    }

    @Test
    void theExchangeOfAnEntraTokenStaysAtTheRegistryWhateverItsChallengeNames() throws IOException {
        server.on(
                        "GET /v2/app/tags/list",
                        (Seen seen) -> seen.header("Authorization").equals("Bearer access")
                                ? Answer.of(200, "{\"tags\":[\"a\"]}")
                                : Answer.of(401)
                                        .with(
                                                "WWW-Authenticate",
                                                "Bearer realm=\"%s/oauth2/token\",service=\"%s\""
                                                        .formatted(local(stranger), local(stranger))))
                .on("POST /oauth2/exchange", Answer.of(200, "{\"refresh_token\":\"refresh\"}"))
                .on("POST /oauth2/token", Answer.of(200, "{\"access_token\":\"access\"}"));

        assertThat(app(settings(ENTRA)).tags()).containsExactly("a");

        assertThat(stranger.seen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Azure-AsyncOperation", "Operation-Location", "Content-Location", "Link", "Refresh"})
    void headersThatNameAddressesAreNotFollowed(String header) throws IOException {
        String address = stranger.address() + "/operation";
        server.on(
                        "POST /v2/app/blobs/uploads/",
                        (Seen seen) -> isSignedIn(seen)
                                ? Answer.of(202)
                                        .with("Location", "/v2/app/blobs/uploads/1")
                                        .with(header, address)
                                : wantsBasic())
                .on(
                        "PUT /v2/app/blobs/uploads/1",
                        Answer.of(201).with(header, address).with("Location", address));

        app(settings(PASSWORD)).put(BLOB, body());

        assertThat(stranger.seen()).isEmpty();
    }

    @Test
    void addressesInAManifestAreNotAsked() throws IOException {
        String json = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":10,"urls":["%s"]},
                 "layers":[{"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar","digest":"%s","size":10,
                            "urls":["%s"]}]}""".formatted(BLOB.digest(), stranger.address(), BLOB.digest(), stranger.address());
        server.on(
                "GET /v2/app/manifests/1",
                Answer.of(200, json).with("Content-Type", "application/vnd.oci.image.manifest.v1+json"));
        server.on("GET /v2/app/blobs/" + BLOB.digest(), Answer.of(404));
        Repository repository = app();

        Manifest manifest = repository.manifest("1");

        assertThat(manifest.children()).isNotEmpty();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(repository));
        assertThat(stranger.seen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/metadata/identity/oauth2/token",
                "http://[fe80::1]/token",
                "http://168.63.129.16/machine"
            })
    void thePlatformsOwnAddressesAreNeverAsked(String address) {
        server.on("POST /v2/app/blobs/uploads/", Answer.of(202).with("Location", address));
        server.on("GET /v2/app/blobs/" + BLOB.digest(), Answer.of(307).with("Location", address));
        server.on(
                "GET /v2/app/tags/list",
                Answer.of(401).with("WWW-Authenticate", "Bearer realm=\"%s\",service=\"s\"".formatted(address)));

        for (ThrowingCallable call : new ThrowingCallable[] {
            () -> app().put(BLOB, body()),
            () -> read(app()),
            () -> app().tags(),
            () -> app(settings(PASSWORD)).tags()
        }) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(call)
                    .withMessageMatching("(?s).*(private or platform network|not https; nothing is sent).*");
        }
    }

    private void assertNoCredentials() {
        assertThat(stranger.seen()).allSatisfy(seen -> {
            assertThat(seen.header("Authorization")).isEmpty();
            assertThat(seen.header("Cookie")).isEmpty();
        });
    }

    /** The same machine under another name, as another host. */
    private static String local(ScriptedServer server) {
        return "http://localhost:" + server.address().getPort();
    }

    private static boolean isSignedIn(Seen seen) {
        return seen.header("Authorization").startsWith("Basic ");
    }

    private static Answer wantsBasic() {
        return Answer.of(401).with("WWW-Authenticate", "Basic realm=\"r\"");
    }

    private static StreamSupplier body() {
        return () -> new ByteArrayInputStream(CONTENT);
    }

    private static void read(Repository repository) throws IOException {
        try (InputStream in = repository.open(BLOB, 0)) {
            in.readAllBytes();
        }
    }
}
