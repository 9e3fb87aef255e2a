package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.ScriptedServer.Seen;
import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BlobUploadTest extends ScriptedRegistry {

    private static final int MIB = 1024 * 1024;
    private static final String START = "POST /v2/app/blobs/uploads/";
    private static final String PUT = "PUT /v2/app/blobs/uploads/1";
    private static final String PATCH = "PATCH /v2/app/blobs/uploads/1";
    private static final String CANCEL = "DELETE /v2/app/blobs/uploads/1";

    private final TestArtifacts artifacts = new TestArtifacts(3);

    @Test
    void putsAWholeBlobWithItsLengthToARelativeLocation() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 1000);
        server.on(START, started("/v2/app/blobs/uploads/1?_state=x")).on(PUT, Answer.of(201));

        put(app(), blob);

        Seen put = server.seen(PUT).getFirst();
        assertThat(put.target())
                .isEqualTo("/v2/app/blobs/uploads/1?_state=x&digest="
                        + blob.digest().toString().replace(":", "%3A"));
        assertThat(put.header("Content-Length")).isEqualTo("1000");
        assertThat(put.header("Transfer-Encoding")).isEmpty();
        assertThat(put.header("Expect")).isEmpty();
        assertThat(put.header("User-Agent")).startsWith("transship/");
        assertThat(put.header("X-Meta-Source-Client")).isEqualTo("azure/functions");
        assertThat(put.body()).isEqualTo(content(blob));
    }

    @Test
    void putsToAnAbsoluteLocation() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 10);
        server.on(START, started(server.address() + "/v2/app/blobs/uploads/1")).on(PUT, Answer.of(201));

        put(app(), blob);

        assertThat(server.seen(PUT)).hasSize(1);
    }

    @Test
    void shrinksPiecesUntilAProxyTakesThemAndRemembers() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 9 * MIB);
        server.on(START, started("/v2/app/blobs/uploads/1"));
        server.on(PUT, seen -> Answer.of(seen.body().length() > 3 * MIB ? 413 : 201));
        server.on(PATCH, seen -> seen.body().length() > 3 * MIB ? Answer.of(413) : taken(seen));
        Registry client = client(settings(new Anonymous()));

        put(client.repository("app"), blob);

        assertThat(server.seen(PATCH).stream()
                        .filter(seen -> seen.body().length() <= 3 * MIB)
                        .map(Seen::body)
                        .collect(Collectors.joining()))
                .isEqualTo(content(blob));
        assertThat(server.seen(CANCEL)).hasSize(1);
        assertThat(server.seen(PUT).getLast().body()).isEmpty();

        int requests = server.seen(PUT).size();
        Descriptor next = artifacts.blob(MediaType.OCI_LAYER, 5 * MIB);
        put(client.repository("app"), next);
        assertThat(server.seen(PUT)).hasSize(requests + 1);
        Seen last = server.seen(PATCH).getLast();
        assertThat(last.header("Content-Range"))
                .isEqualTo("%d-%d".formatted(5 * MIB - last.body().length(), 5 * MIB - 1));
    }

    @Test
    void givesUpWhereNotEvenTheSmallestPiecePasses() {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 3 * MIB);
        server.on(START, started("/v2/app/blobs/uploads/1"));
        server.on(PUT, Answer.of(413)).on(PATCH, Answer.of(413));

        assertFailure(Kind.REJECTED, () -> put(app(), blob)).withMessageContaining("raise the limit");
    }

    @Test
    void startsANewSessionWhereTheRegistryLostOne() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 10);
        server.on(START, started("/v2/app/blobs/uploads/1"));
        server.on(PUT, Answer.of(404), Answer.of(503), Answer.of(201));

        put(app(), blob);

        assertThat(server.seen(START)).hasSize(3);
        assertThat(server.seen(CANCEL)).hasSize(2);
    }

    @Test
    void abortsAndSurfacesADamagedBodyWithoutTryingAgain() {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 500_000);
        byte[] damaged = artifacts.content(blob).clone();
        damaged[0]++;
        server.on(START, started("/v2/app/blobs/uploads/1")).on(PUT, Answer.of(201));

        assertThatExceptionOfType(ContentMismatchException.class)
                .isThrownBy(() -> app().put(blob, () -> new ByteArrayInputStream(damaged)));
        assertThat(server.seen(START)).hasSize(1);
        assertThat(server.seen(CANCEL)).hasSize(1);
    }

    @Test
    void surfacesAFailureOfTheSourceAsItIs() {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 10);
        server.on(START, started("/v2/app/blobs/uploads/1"));

        assertThatExceptionOfType(FileNotFoundException.class)
                .isThrownBy(() -> app().put(blob, () -> {
                    throw new FileNotFoundException("gone");
                }));
        assertThat(waits).isEmpty();
    }

    @Test
    void cancelsTheSessionThatAMountLeftBehind() throws IOException {
        Descriptor blob = artifacts.blob(MediaType.OCI_LAYER, 10);
        server.on(START, started("/v2/app/blobs/uploads/1"), Answer.of(201), Answer.of(403), Answer.of(405));

        assertThat(app().mount(blob, "base/os")).isFalse();
        assertThat(server.seen(START).getFirst().target())
                .endsWith("?mount=%s&from=base%%2Fos"
                        .formatted(blob.digest().toString().replace(":", "%3A")));
        assertThat(server.seen(CANCEL)).hasSize(1);
        assertThat(app().mount(blob, "base/os")).isTrue();
        assertThat(app().mount(blob, "base/os")).isFalse();
        assertThat(app().mount(blob, "base/os")).isFalse();
    }

    private static Answer started(String location) {
        return Answer.of(202).with("Location", location);
    }

    private static Answer taken(Seen seen) {
        String end = seen.header("Content-Range").split("-", -1)[1];
        return Answer.of(202)
                .with("Location", "/v2/app/blobs/uploads/1?at=" + end)
                .with("Range", String.format(Locale.ROOT, "0-%s", end));
    }

    private void put(Repository repository, Descriptor blob) throws IOException {
        repository.put(blob, () -> new ByteArrayInputStream(artifacts.content(blob)));
    }

    private String content(Descriptor blob) {
        return new String(artifacts.content(blob), StandardCharsets.ISO_8859_1);
    }
}
