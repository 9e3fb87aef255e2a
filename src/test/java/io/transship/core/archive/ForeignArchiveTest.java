package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.archive.tar.TarBytes;
import io.transship.core.content.ContentGraph;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForeignArchiveTest {

    private final SampleArtifacts samples = new SampleArtifacts();

    private TarBytes tarOf(ContentGraph graph, String refName) {
        TarBytes tar = new TarBytes();
        // The order of other tools: by name, so manifests are among the layers.
        for (Descriptor blob : graph.blobs()) {
            tar.blob(blob, samples.bytes(blob.digest()));
        }
        graph.manifests().reversed().forEach(manifest -> tar.blob(manifest.descriptor(), manifest.raw()));
        return tar.index(graph.root().descriptor(), refName).layout();
    }

    @Test
    void makesTheTableOfAnotherToolsArchive() throws IOException {
        ContentGraph index =
                samples.index(samples.image("one", samples.layer(1, 3000)), samples.image("two", samples.layer(2, 10)));
        Archive archive = Archive.open(tarOf(index, "team/app:v1").source());
        assertThat(archive.contents().sourceRegistry()).isEmpty();
        assertThat(archive.contents().artifacts())
                .containsExactly(new ArchivedArtifact(
                        "team/app", List.of("v1"), index.root().descriptor()));
        assertThat(archive.contents().contents()).hasSize(7);
        for (ArchivedContent content : archive.contents().contents()) {
            try (InputStream in = archive.open(content)) {
                assertThat(in.readAllBytes())
                        .isEqualTo(samples.bytes(content.descriptor().digest()));
            }
            assertThat(content.repositories()).containsExactly("team/app");
        }
        assertThat(archive.contents().contents().subList(0, 3)).allMatch(ArchivedContent::manifest);
        assertThat(ContentGraph.walk(archive.manifest(index.root().descriptor()).orElseThrow(), archive))
                .isEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "posix"})
    void readsLongNamesDirectoriesAndDots(String dialect) throws IOException {
        Descriptor layer = samples.blob(Digest.Algorithm.SHA512, MediaType.OCI_LAYER, SampleArtifacts.random(1, 999));
        ContentGraph image = samples.image("one", layer);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(
                    dialect.equals("gnu")
                            ? TarArchiveOutputStream.LONGFILE_GNU
                            : TarArchiveOutputStream.LONGFILE_POSIX);
            put(tar, "./", new byte[0]);
            put(tar, "./blobs/", new byte[0]);
            put(tar, "./blobs/sha512/", new byte[0]);
            put(tar, "./" + ArchivedContent.entryName(layer.digest()), samples.bytes(layer.digest()));
            for (Descriptor blob :
                    List.of(image.blobs().getFirst(), image.root().descriptor())) {
                put(tar, "./" + ArchivedContent.entryName(blob.digest()), samples.bytes(blob.digest()));
            }
            put(tar, "./oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            put(tar, "./index.json", indexJson(image, "{\"org.opencontainers.image.ref.name\":\"app:v1\"}"));
        }
        Archive archive = Archive.open(RangeSource.of(out.toByteArray()));
        ArchivedContent content = archive.find(layer.digest()).orElseThrow();
        try (InputStream in = archive.open(content)) {
            assertThat(in.readAllBytes()).isEqualTo(samples.bytes(layer.digest()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"org.opencontainers.image.ref.name":"app:v1"} | app:v1
            {"org.opencontainers.image.ref.name":"v1","io.containerd.image.name":"docker.io/library/app:v1"} | library/app:v1
            {"io.containerd.image.name":"localhost:5000/app:v1"} | app:v1
            """)
    void findsTheName(String annotations, String name) throws IOException {
        assertThat(open(annotations).contents().artifacts().getFirst().references())
                .singleElement()
                .hasToString(name);
    }

    @Test
    void takesAnArtifactWithoutTag() throws IOException {
        ContentGraph image = samples.image("one", samples.layer(1, 10));
        Digest digest = image.root().descriptor().digest();
        assertThat(Archive.open(tarOf(image, "app@" + digest).source())
                        .contents()
                        .artifacts())
                .singleElement()
                .satisfies(artifact -> assertThat(artifact.tags()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {} | skopeo copy … oci-archive:FILE:repository:tag
            {"org.opencontainers.image.ref.name":"v1"} | has the name 'v1', which says no repository
            {"org.opencontainers.image.ref.name":"App:v1"} | repository 'App' is not valid
            {"io.containerd.image.name":"app"} | says no repository
            """)
    void refusesEntryWithoutUsableName(String annotations, String message) {
        assertThatThrownBy(() -> open(annotations))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("entry 'index.json' at offset")
                .hasMessageContaining(message);
    }

    @Test
    void refusesArtifactWhoseManifestIsMissing() throws IOException {
        ContentGraph image = samples.image("one", samples.layer(1, 10));
        TarBytes tar = new TarBytes().layout().index(image.root().descriptor(), "app:v1");
        assertThatThrownBy(() -> Archive.open(tar.source()))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining(
                        ArchivedContent.entryName(image.root().descriptor().digest()))
                .hasMessageContaining("the archive is incomplete");
    }

    @Test
    void refusesArchiveThatLacksALayer() throws IOException {
        ContentGraph image = samples.image("one", samples.layer(1, 10));
        Descriptor config = image.blobs().getFirst();
        TarBytes tar = new TarBytes()
                .layout()
                .index(image.root().descriptor(), "app:v1")
                .blob(image.root().descriptor(), image.root().raw())
                .blob(config, samples.bytes(config.digest()));
        assertThatThrownBy(() -> Archive.open(tar.source()))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining(
                        ArchivedContent.entryName(samples.layer(1, 10).digest()))
                .hasMessageContaining("the archive is incomplete");
    }

    @Test
    void refusesDamagedManifestAndWrongSizes() throws IOException {
        ContentGraph image = samples.image("one", samples.layer(1, 10));
        byte[] damaged = image.root().raw().clone();
        damaged[damaged.length - 1] = ' ';
        assertThatThrownBy(() -> Archive.open(new TarBytes()
                        .layout()
                        .index(image.root().descriptor(), "app:v1")
                        .blob(image.root().descriptor(), damaged)
                        .source()))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("its content is damaged");
        assertThatThrownBy(() -> Archive.open(new TarBytes()
                        .layout()
                        .index(image.root().descriptor(), "app:v1")
                        .blob(image.root().descriptor(), new byte[5])
                        .source()))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("it has 5 bytes; expected");
    }

    @Test
    void refusesManifestThatIsNone() throws IOException {
        byte[] bomb = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        byte[] duplicate = "{\"schemaVersion\":2,\"layers\":[],\"layers\":[]}".getBytes(StandardCharsets.UTF_8);
        for (byte[] raw : List.of(bomb, duplicate)) {
            Descriptor root = Descriptor.of(MediaType.OCI_MANIFEST, raw);
            assertThatThrownBy(() -> Archive.open(new TarBytes()
                            .layout()
                            .index(root, "app:v1")
                            .blob(root, raw)
                            .source()))
                    .isInstanceOf(ArchiveFormatException.class)
                    .hasMessageContaining(ArchivedContent.entryName(root.digest()))
                    .hasMessageContaining("artifact 'app:v1'")
                    .hasMessageContaining("is not valid JSON");
        }
    }

    @Test
    void refusesDocumentsThatAreBombs() throws IOException {
        for (String json :
                List.of("{\"manifests\":" + "[".repeat(1000), "{\"manifests\":[],\"manifests\":[]}", "", "1")) {
            assertThatThrownBy(() -> Archive.open(
                            new TarBytes().layout().file("index.json", json).source()))
                    .as(json)
                    .isInstanceOf(ArchiveFormatException.class)
                    .hasMessageContaining("entry 'index.json' at offset");
        }
    }

    @Test
    void tellsBlobsFromManifestsOfUnknownType() throws IOException {
        MediaType unknown = new MediaType("application/vnd.example.thing");
        Descriptor blob = samples.blob(unknown, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        ContentGraph image = samples.image("one", samples.layer(1, 10));
        Descriptor manifest = new Descriptor(
                unknown,
                image.root().descriptor().digest(),
                image.root().descriptor().size());
        byte[] raw = "{\"schemaVersion\":2,\"manifests\":[%s,%s]}"
                .formatted(SampleArtifacts.json(blob), SampleArtifacts.json(manifest))
                .getBytes(StandardCharsets.UTF_8);
        Descriptor root = Descriptor.of(MediaType.OCI_INDEX, raw);
        TarBytes tar =
                new TarBytes().layout().index(root, "app:v1").blob(root, raw).blob(blob, samples.bytes(blob.digest()));
        tar.blob(manifest, image.root().raw());
        image.blobs().forEach(b -> tar.blob(b, samples.bytes(b.digest())));
        Archive archive = Archive.open(tar.source());
        assertThat(archive.find(blob.digest()).orElseThrow().manifest()).isFalse();
        assertThat(archive.find(manifest.digest()).orElseThrow().manifest()).isTrue();
        assertThat(archive.manifest(manifest).map(Manifest::children)).contains(image.blobs());
    }

    @Test
    void namesOtherFormatsAndWhatToDo() {
        refuses(
                new TarBytes()
                        .file("manifest.json", "[]")
                        .file("abc/layer.tar", "x")
                        .finished(),
                "docker-archive");
        refuses(new TarBytes().file("readme", "x").finished(), "no OCI layout");
        refuses(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "compressed with gzip");
        refuses(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0}, "decompress it first");
        refuses("PK\3\4 something else".repeat(100).getBytes(StandardCharsets.UTF_8), "is no tar");
        refuses(new byte[0], "is no tar");
    }

    private static void refuses(byte[] file, String message) {
        assertThatThrownBy(() -> Archive.open(RangeSource.of(file)))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining(message);
    }

    private Archive open(String annotations) throws IOException {
        ContentGraph image = samples.image("one", samples.layer(1, 10));
        TarBytes tar = new TarBytes().layout().file("index.json", indexJson(image, annotations));
        tar.blob(image.root().descriptor(), image.root().raw());
        image.blobs().forEach(blob -> tar.blob(blob, samples.bytes(blob.digest())));
        return Archive.open(tar.source());
    }

    private static byte[] indexJson(ContentGraph graph, String annotations) {
        String root = SampleArtifacts.json(graph.root().descriptor());
        return "{\"schemaVersion\":2,\"manifests\":[%s,\"annotations\":%s}]}"
                .formatted(root.substring(0, root.length() - 1), annotations)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
