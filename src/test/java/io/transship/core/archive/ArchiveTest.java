package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.content.ContentGraph;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ArchiveTest extends SampleArchive {

    ArchiveTest() throws IOException {}

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
    void readsSmallNeighboursAtOnceAndEachOnlyOnce() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        Archive archive = Archive.of(counting(reads), plan.contents());

        for (ArchivedContent content : plan.contents().contents()) {
            if (!content.manifest()) {
                try (InputStream in = archive.open(content)) {
                    assertThat(in.readAllBytes())
                            .isEqualTo(samples.bytes(content.descriptor().digest()));
                }
            }
        }

        // All blobs of the sample are small, and manifests lie next to them: one run.
        assertThat(reads).hasValue(1);
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
