package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.archive.tar.TarBytes;
import io.transship.core.archive.tar.TarWalk;
import io.transship.core.content.ContentGraph;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ArchiveTest {

    private final SampleArtifacts samples = new SampleArtifacts();
    private ContentGraph index = new ContentGraph(List.of(), List.of());
    private ArchivePlan plan = ArchivePlanner.plan("", List.of(), List.of());
    private byte[] bytes = {};

    @BeforeEach
    void writeArchive() throws IOException {
        Descriptor base = samples.layer(1, 3000);
        Descriptor sha512 = samples.blob(Digest.Algorithm.SHA512, MediaType.OCI_LAYER, SampleArtifacts.random(4, 1000));
        ContentGraph one = samples.image("one", base, samples.layer(2, 512));
        index = samples.index(one, samples.image("two", base, sha512, samples.layer(6, 0)));
        plan = ArchivePlanner.plan(
                "source.example.com",
                List.of(
                        new PlannedArtifact("team/app", List.of("v2"), index),
                        new PlannedArtifact("other", List.of(), one)),
                List.of(new MissingArtifact("team/app:v9", "ArtifactNotFound", "not found")));
        bytes = samples.archive(plan);
    }

    @Test
    void givesBackEverythingThatWasPlanned() throws IOException {
        Archive archive = Archive.open(RangeSource.of(bytes));
        assertThat(archive.contents()).isEqualTo(plan.contents());
        for (ArchivedContent content : archive.contents().contents()) {
            assertThat(archive.find(content.descriptor().digest())).contains(content);
            try (InputStream in = archive.open(content)) {
                assertThat(in.readAllBytes())
                        .isEqualTo(samples.bytes(content.descriptor().digest()));
            }
        }
        assertThat(ContentGraph.walk(archive.manifest(index.root().descriptor()).orElseThrow(), archive))
                .isEqualTo(index);
    }

    @Test
    void needsNoReadWhenTheTableIsKnown() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        Archive archive = Archive.of(counting(reads), plan.contents());
        assertThat(reads).hasValue(0);
        assertThat(archive.manifest(index.root().descriptor())).contains(index.root());
        assertThat(reads).hasValue(1);
        assertThat(archive.manifest(index.manifests().getFirst().descriptor())).isPresent();
        assertThat(reads).hasValue(1);
    }

    @Test
    void readsTheFrontAndTheManifestsOnly() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        Archive.open(counting(reads));
        // Front, one run of manifests, two blocks of the end marker.
        assertThat(reads).hasValue(4);
    }

    @Test
    void keepsNoManifestUnderTheDigestOfALayer() throws IOException {
        Archive archive = Archive.open(RangeSource.of(bytes));
        assertThat(archive.manifest(samples.layer(1, 3000))).isEmpty();
        assertThat(archive.manifest(samples.layer(99, 3000))).isEmpty();
        assertThat(archive.find(samples.layer(99, 3000).digest())).isEmpty();
    }

    @Test
    void refusesManifestOfAnotherSize() throws IOException {
        Archive archive = Archive.open(RangeSource.of(bytes));
        Descriptor root = index.root().descriptor();
        assertThatThrownBy(() -> archive.manifest(new Descriptor(root.mediaType(), root.digest(), root.size() + 1)))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("were asked for");
    }

    @Test
    void namesEntryAndOffsetOfDamagedContent() throws IOException {
        for (ArchivedContent content : plan.contents().contents()) {
            if (content.manifest() || content.descriptor().size() == 0) {
                continue;
            }
            byte[] damaged = bytes.clone();
            damaged[(int) content.offset()] ^= 1;
            Archive archive = Archive.open(RangeSource.of(damaged));
            assertThatThrownBy(() -> readAll(archive, content))
                    .isInstanceOf(ContentMismatchException.class)
                    .hasMessageContaining("entry 'blobs/")
                    .hasMessageContaining("at offset %,d: content is damaged".formatted(content.offset()));
        }
    }

    @Test
    void refusesDamagedManifestOnOpening() {
        ArchivedContent first = plan.contents().contents().getFirst();
        byte[] damaged = bytes.clone();
        damaged[(int) first.offset() + 3] ^= 1;
        assertThatThrownBy(() -> Archive.open(RangeSource.of(damaged)))
                .isInstanceOf(ContentMismatchException.class)
                .hasMessageContaining(first.entryName())
                .hasMessageContaining("%,d".formatted(first.offset()));
    }

    @Test
    void refusesTableOfAnotherArchive() throws IOException {
        ArchivedContent layer = plan.blobEntries().get(1).content();
        byte[] damaged = bytes.clone();
        damaged[(int) layer.offset() - 512 + 20] ^= 1;
        Archive archive = Archive.of(RangeSource.of(damaged), plan.contents());
        assertThatThrownBy(() -> readAll(archive, layer))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("no tar header in front of it");
        ArchivedContent moved = new ArchivedContent(
                layer.descriptor(), plan.blobEntries().getFirst().content().offset(), false, layer.repositories());
        assertThatThrownBy(() -> readAll(archive, moved))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining(
                        "is that of '" + plan.blobEntries().getFirst().content().entryName());
        Archive cut = Archive.of(RangeSource.of(Arrays.copyOf(bytes, 5000)), plan.contents());
        assertThatThrownBy(() -> readAll(cut, plan.blobEntries().getLast().content()))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("truncated");
    }

    @Test
    void refusesEveryTruncation() {
        List<Integer> lengths = new ArrayList<>();
        for (int length = 0; length < bytes.length; length += 256) {
            lengths.add(length);
        }
        lengths.add(bytes.length - 1);
        for (int length : lengths) {
            assertThatThrownBy(() -> Archive.open(RangeSource.of(Arrays.copyOf(bytes, length))))
                    .as("length %d", length)
                    .isInstanceOf(ArchiveFormatException.class);
        }
    }

    @Test
    void refusesBytesAfterTheEnd() {
        assertThatThrownBy(() -> Archive.open(RangeSource.of(Arrays.copyOf(bytes, bytes.length + 512))))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("goes on for 512 bytes");
    }

    @Test
    void refusesTableThatDisagreesWithTheLayout() throws IOException {
        List<ArchivedContent> contents = plan.contents().contents();
        ArchivedContent last = contents.getLast();
        assertRefused(replaceLast(last.descriptor(), last.offset() - 512), "but by the sizes before it");
        assertRefused(replaceLast(last.descriptor(), last.offset() + 512), "but by the sizes before it");
        Descriptor larger = new Descriptor(
                last.descriptor().mediaType(),
                last.descriptor().digest(),
                last.descriptor().size() + 5000);
        assertRefused(replaceLast(larger, last.offset()), "truncated");
        Descriptor overflowing =
                new Descriptor(last.descriptor().mediaType(), last.descriptor().digest(), Long.MAX_VALUE);
        assertRefused(replaceLast(overflowing, last.offset()), "a size that no archive can have");
    }

    @Test
    void refusesTableThatLacksAContent() throws IOException {
        List<ArchivedContent> contents = plan.contents().contents();
        TableOfContents table = withContents(contents.subList(0, contents.size() - 1));
        // The bytes are as the table says, only the layer is not there.
        byte[] shorter = withTable(table);
        int end = (int) ArchiveEntry.of(contents.get(contents.size() - 2)).end();
        byte[] cut = Arrays.copyOf(Arrays.copyOf(shorter, end), end + 1024);
        assertThatThrownBy(() -> Archive.open(RangeSource.of(cut)))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("which the archive does not hold");
    }

    @Test
    void refusesTableThatSendsContentElsewhere() throws IOException {
        List<ArchivedContent> contents = new ArrayList<>(plan.contents().contents());
        contents.replaceAll(content -> content.manifest()
                ? content
                : new ArchivedContent(content.descriptor(), content.offset(), false, List.of("team/app")));
        assertRefused(withTable(withContents(contents)), "in repository 'other'");
    }

    @Test
    void refusesIndexThatNamesOtherArtifacts() throws IOException {
        assertRefused(edit("index.json", json -> json.replace("app:v2", "app:v3")), "names other artifacts");
    }

    @Test
    void refusesLayoutOfAnotherVersion() throws IOException {
        assertRefused(edit("oci-layout", json -> json.replace("1.0.0", "2.0.0")), "imageLayoutVersion is '2.0.0'");
    }

    @Test
    void refusesManifestThatIsNone() throws IOException {
        // A writer of another language might archive what no registry would take.
        byte[] raw = "{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8);
        Descriptor root = Descriptor.of(MediaType.OCI_MANIFEST, raw);
        ArchivedArtifact artifact = new ArchivedArtifact("app", List.of("v1"), root);
        byte[] table = new byte[1024];
        Arrays.fill(table, (byte) ' ');
        long offset = 1024L + 512 + table.length + 512 + 512 + 512;
        byte[] json = new TableOfContents(
                        "",
                        List.of(artifact),
                        List.of(new ArchivedContent(root, offset, true, List.of("app"))),
                        List.of())
                .toJson();
        System.arraycopy(json, 0, table, 0, json.length);
        byte[] archive = new TarBytes()
                .layout()
                .file("transship.json", table)
                .index(root, "app:v1")
                .blob(root, raw)
                .finished();
        assertRefused(archive, "is a Docker schema 1 manifest");
    }

    @Test
    void refusesTwoTables() throws IOException {
        byte[] table = plan.contents().toJson();
        byte[] front = new TarBytes()
                .layout()
                .file("transship.json", table)
                .file("transship.json", table)
                .unfinished();
        assertRefused(new TarBytes().data(front).finished(), "two entries of the name 'transship.json'");
        byte[] late = new TarBytes()
                .layout()
                .index(index.root().descriptor(), "app:v1")
                .file("a", "a")
                .file("transship.json", table)
                .finished();
        assertRefused(late, "packed anew");
        byte[] between = new TarBytes()
                .layout()
                .file("a", "a")
                .file("transship.json", table)
                .finished();
        assertRefused(between, "packed anew");
    }

    @Test
    void refusesDocumentsOverTheLimit() {
        Archive.Limits limits = new Archive.Limits(1000, 700, 100, 256);
        assertThatThrownBy(() -> Archive.open(RangeSource.of(bytes), limits))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("entry 'transship.json'")
                .hasMessageContaining("at most 700 are allowed");
        Archive.Limits manifests = new Archive.Limits(100, 70_000, 100, 256);
        assertThatThrownBy(() -> Archive.open(RangeSource.of(bytes), manifests))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("a manifest of more than 100 bytes");
        Archive.Limits entries = new Archive.Limits(4000, 70_000, 5, 256);
        assertThatThrownBy(() -> Archive.open(RangeSource.of(bytes), entries))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("more than 5 contents");
    }

    @Test
    void carriesAnArchiveWithoutArtifacts() throws IOException {
        ArchivePlan empty =
                ArchivePlanner.plan("", List.of(), List.of(new MissingArtifact("a:b", "ArtifactNotFound", "gone")));
        Archive archive = Archive.open(RangeSource.of(samples.archive(empty)));
        assertThat(archive.contents().isPartial()).isTrue();
        assertThat(ArchivePlan.parse(empty.head()).length()).isEqualTo(empty.length());
    }

    @Test
    void carriesImagesWithoutTheirNonDistributableLayers() throws IOException {
        Descriptor foreign = samples.blob(
                new MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"), new byte[] {1, 2});
        ContentGraph image = samples.image("windows", foreign, samples.layer(1, 10));
        ContentGraph without = new ContentGraph(
                image.manifests(),
                image.blobs().stream().filter(blob -> !blob.equals(foreign)).toList());
        ArchivePlan partial =
                ArchivePlanner.plan("", List.of(new PlannedArtifact("windows", List.of("v1"), without)), List.of());
        Archive archive = Archive.open(RangeSource.of(samples.archive(partial)));
        assertThat(archive.find(foreign.digest())).isEmpty();
    }

    private void assertRefused(byte[] archive, String message) {
        assertThatThrownBy(() -> Archive.open(RangeSource.of(archive)))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("entry '")
                .hasMessageContaining("at offset")
                .hasMessageContaining(message);
    }

    private byte[] replaceLast(Descriptor descriptor, long offset) throws IOException {
        List<ArchivedContent> contents = new ArrayList<>(plan.contents().contents());
        ArchivedContent last = contents.removeLast();
        contents.add(new ArchivedContent(descriptor, offset, last.manifest(), last.repositories()));
        return withTable(withContents(contents));
    }

    private TableOfContents withContents(List<ArchivedContent> contents) {
        return new TableOfContents(
                plan.contents().sourceRegistry(),
                plan.contents().artifacts(),
                contents,
                plan.contents().missing());
    }

    private byte[] withTable(TableOfContents table) {
        return edit("transship.json", old -> new String(table.toJson(), StandardCharsets.UTF_8));
    }

    /** The archive with another document of the same length in place of one of the first three. */
    private byte[] edit(String name, UnaryOperator<String> edit) {
        try {
            TarWalk walk = new TarWalk(RangeSource.of(bytes), Archive.Limits.STANDARD.tar());
            TarWalk.Entry entry = walk.next().orElseThrow();
            while (!entry.name().equals(name)) {
                entry = walk.next().orElseThrow();
            }
            String text = new String(walk.read(entry, 100_000), StandardCharsets.UTF_8);
            byte[] edited = edit.apply(text).getBytes(StandardCharsets.UTF_8);
            byte[] result = bytes.clone();
            assertThat(edited.length).isLessThanOrEqualTo((int) entry.size());
            Arrays.fill(result, (int) entry.offset(), (int) (entry.offset() + entry.size()), (byte) ' ');
            System.arraycopy(edited, 0, result, (int) entry.offset(), edited.length);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RangeSource counting(AtomicInteger reads) {
        RangeSource whole = RangeSource.of(bytes);
        return new RangeSource() {
            @Override
            public long length() {
                return whole.length();
            }

            @Override
            public InputStream open(long offset, long length) throws IOException {
                reads.incrementAndGet();
                return whole.open(offset, length);
            }
        };
    }

    private static void readAll(Archive archive, ArchivedContent content) throws IOException {
        try (InputStream in = archive.open(content)) {
            in.readAllBytes();
        }
    }
}
