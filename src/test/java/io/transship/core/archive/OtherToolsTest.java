package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.content.ContentGraph;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives go out to other tools and come in from them: the real ones are asked. */
final class OtherToolsTest {

    private final SampleArtifacts samples = new SampleArtifacts();

    @TempDir
    Path directory = Path.of("");

    @Test
    void skopeoReadsOurArchive() throws Exception {
        ContentGraph image = samples.image("one", samples.gzipLayer(1, 3000));
        ContentGraph index = samples.index(image, samples.image("two", samples.gzipLayer(2, 50)));
        Path file = write(List.of(
                new PlannedArtifact("team/app", List.of("v1"), image),
                new PlannedArtifact("team/app", List.of("multi"), index)));
        byte[] raw = run("skopeo", "inspect", "--raw", "oci-archive:" + file + ":team/app:v1");
        assertThat(Digest.sha256Of(raw)).isEqualTo(image.root().descriptor().digest());
        run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--all",
                "oci-archive:" + file + ":team/app:multi",
                "oci:" + directory.resolve("copied") + ":multi");
        for (Digest digest : index.digests()) {
            assertThat(directory.resolve("copied/" + ArchivedContent.entryName(digest)))
                    .hasBinaryContent(samples.bytes(digest));
        }
    }

    @Test
    void gnuTarReadsOurArchive() throws Exception {
        Descriptor long512 =
                samples.blob(Digest.Algorithm.SHA512, MediaType.OCI_LAYER, SampleArtifacts.random(4, 1000));
        Path file = write(List.of(new PlannedArtifact("app", List.of("v1"), samples.image("one", long512))));
        String listing = new String(run("tar", "--utc", "-tvf", file.toString()), StandardCharsets.UTF_8);
        assertThat(listing.lines().toList())
                .hasSize(6)
                .allMatch(line -> line.startsWith("-rw-r--r-- 0/0 "))
                .allMatch(line -> line.contains(" 1970-01-01 00:00 "))
                .last()
                .asString()
                .matches("-rw-r--r-- 0/0 +1000 1970-01-01 00:00 blobs/sha512/"
                        + long512.digest().hex());
    }

    @Test
    void gnuTarReadsTheHeadersOfContentOfNineGibibytes() throws Exception {
        long nineGib = 9L * 1024 * 1024 * 1024;
        Descriptor huge = new Descriptor(MediaType.OCI_LAYER, Digest.sha256Of(new byte[] {1}), nineGib);
        ContentGraph image = samples.image("huge", huge, samples.gzipLayer(2, 100));
        ArchivePlan plan =
                ArchivePlanner.plan("", List.of(new PlannedArtifact("huge", List.of("v1"), image)), List.of());
        Path file = directory.resolve("huge.tar");
        // Sparse: only what is around the huge content takes room on the disk.
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            ArchiveEntry entry = plan.blobEntries().get(1);
            for (long[] range :
                    new long[][] {{0, entry.content().offset()}, {entry.end(), plan.length() - entry.end()}}) {
                out.seek(range[0]);
                try (InputStream in = plan.open(range[0], range[1], samples)) {
                    out.write(in.readAllBytes());
                }
            }
        }
        String listing = new String(run("tar", "-tvf", file.toString()), StandardCharsets.UTF_8);
        assertThat(listing.lines().toList())
                .hasSize(7)
                .anyMatch(line -> line.contains(" " + nineGib + " ")
                        && line.endsWith(huge.digest().hex()));
        TableOfContents read = Archive.open(new FileRangeSource(file)).contents();
        assertThat(read).isEqualTo(plan.contents());
    }

    @Test
    void weReadAnArchiveThatSkopeoWrote() throws Exception {
        ContentGraph index = samples.index(
                samples.image("one", samples.gzipLayer(1, 3000)), samples.image("two", samples.gzipLayer(2, 200_000)));
        Path layout = layout(index);
        Path file = directory.resolve("skopeo.tar");
        run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--all",
                "oci:" + layout + ":any",
                "oci-archive:" + file + ":team/app:v1");
        Archive archive = Archive.open(RangeSource.of(Files.readAllBytes(file)));
        ArchivedArtifact artifact = archive.contents().artifacts().getFirst();
        assertThat(artifact)
                .isEqualTo(new ArchivedArtifact(
                        "team/app", List.of("v1"), index.root().descriptor()));
        assertThat(ContentGraph.walk(archive.manifest(artifact.root()).orElseThrow(), archive))
                .isEqualTo(index);
        for (ArchivedContent content : archive.contents().contents()) {
            try (InputStream in = archive.open(content)) {
                assertThat(in.readAllBytes())
                        .isEqualTo(samples.bytes(content.descriptor().digest()));
            }
        }
    }

    @Test
    void weReadALayoutThatGnuTarPacked() throws Exception {
        ContentGraph image = samples.image("one", samples.gzipLayer(1, 3000));
        Path layout = layout(image);
        Path index = layout.resolve("index.json");
        Files.writeString(index, Files.readString(index).replace("\"any\"", "\"app:v1\""));
        Path file = directory.resolve("packed.tar");
        run("tar", "-cf", file.toString(), "-C", layout.toString(), ".");
        assertThat(Archive.open(RangeSource.of(Files.readAllBytes(file)))
                        .contents()
                        .artifacts())
                .containsExactly(
                        new ArchivedArtifact("app", List.of("v1"), image.root().descriptor()));
    }

    private Path write(List<PlannedArtifact> artifacts) throws IOException {
        Path file = directory.resolve("ours.tar");
        Files.write(file, samples.archive(ArchivePlanner.plan("source.example.com", artifacts, List.of())));
        return file;
    }

    private Path layout(ContentGraph graph) throws IOException {
        Path layout = Files.createDirectories(directory.resolve("layout"));
        Files.createDirectories(layout.resolve("blobs/sha256"));
        for (Digest digest : graph.digests()) {
            Files.write(layout.resolve(ArchivedContent.entryName(digest)), samples.bytes(digest));
        }
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        String root = SampleArtifacts.json(graph.root().descriptor());
        Files.writeString(
                layout.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[%s,\"annotations\":{\"org.opencontainers.image.ref.name\":\"any\"}}]}"
                        .formatted(root.substring(0, root.length() - 1)));
        return layout;
    }

    private byte[] run(String... command) throws IOException, InterruptedException {
        Path errors = directory.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("TMPDIR", directory.toString());
        Process process = builder.start();
        try {
            byte[] output = process.getInputStream().readAllBytes();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", String.join(" ", command), Files.readString(errors))
                    .isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Files of any size, opened anew for each range. */
    private record FileRangeSource(Path file) implements RangeSource {

        @Override
        public long length() {
            return file.toFile().length();
        }

        @Override
        public InputStream open(long offset, long length) throws IOException {
            InputStream in = Files.newInputStream(file);
            in.skipNBytes(offset);
            return in;
        }
    }
}
