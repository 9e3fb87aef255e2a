package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.content.ContentGraph;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

final class ArchivePlanTest {

    private static final long NINE_GIB = 9L * 1024 * 1024 * 1024;

    private final SampleArtifacts samples = new SampleArtifacts();

    private List<PlannedArtifact> artifacts() throws IOException {
        Descriptor base = samples.layer(1, 3000);
        ContentGraph one = samples.image("one", base, samples.layer(2, 512));
        ContentGraph two = samples.image("two", base, samples.layer(3, 70_000));
        Descriptor long512 =
                samples.blob(Digest.Algorithm.SHA512, MediaType.OCI_LAYER, SampleArtifacts.random(4, 1000));
        return List.of(
                new PlannedArtifact("team/app", List.of("v2", "latest"), samples.index(one, two)),
                new PlannedArtifact("team/app", List.of("v1"), one),
                new PlannedArtifact("base", List.of(), two),
                new PlannedArtifact("wide", List.of("x"), samples.image("wide", long512, samples.layer(5, 0))));
    }

    private ArchivePlan plan() throws IOException {
        return ArchivePlanner.plan("source.example.com", artifacts(), List.of());
    }

    @Test
    void givesTheSameBytesWhateverTheOrderOfArtifacts() throws IOException {
        List<PlannedArtifact> shuffled = new ArrayList<>(artifacts());
        byte[] expected = samples.archive(plan());
        for (int seed = 0; seed < 10; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            ArchivePlan other = ArchivePlanner.plan("source.example.com", shuffled, List.of());
            assertThat(samples.archive(other)).as("seed %d", seed).isEqualTo(expected);
            assertThat(other.fingerprint()).isEqualTo(plan().fingerprint());
        }
    }

    @Test
    void givesTheSameSliceForAnyRange() throws IOException {
        ArchivePlan plan = plan();
        byte[] whole = samples.archive(plan);
        assertThat(whole).hasSize((int) plan.length());
        long seed = 20260101;
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            int from = random.nextInt(whole.length + 1);
            int length = random.nextInt(Math.min(random.nextBoolean() ? 2000 : whole.length, whole.length - from) + 1);
            try (InputStream in = plan.open(from, length, samples)) {
                assertThat(in.readAllBytes())
                        .as("seed %d, range %d: %d+%d", seed, i, from, length)
                        .isEqualTo(Arrays.copyOfRange(whole, from, from + length));
            }
        }
    }

    @Test
    void fallsIntoPartsThatAddUpToAnyRangeOfEntriesAndOfContentsThatAreCutOut() throws IOException {
        ArchivePlan plan = plan();
        byte[] bytes = samples.archive(plan);
        List<Long> cuts = new ArrayList<>(List.of(0L));
        cuts.add((long) plan.head().length);
        plan.blobEntries().forEach(entry -> {
            cuts.add(entry.content().offset());
            cuts.add(entry.content().offset() + entry.content().descriptor().size());
            cuts.add(entry.end());
        });
        cuts.add(plan.length());
        for (long from : cuts) {
            for (long to : cuts) {
                ByteArrayOutputStream joined = new ByteArrayOutputStream();
                for (ArchivePlan.Part part : plan.parts(from, Math.max(from, to))) {
                    try (InputStream in = plan.open(part.start(), part.end() - part.start(), samples)) {
                        joined.writeBytes(in.readAllBytes());
                    }
                }
                assertThat(joined.toByteArray())
                        .isEqualTo(Arrays.copyOfRange(bytes, (int) from, (int) Math.max(from, to)));
            }
        }
        assertThat(plan.parts(plan.head().length, plan.length()))
                .as("each entry, and the end marker")
                .hasSize(plan.blobEntries().size() + 1);
    }

    @Test
    void comesBackFromItsHead() throws IOException {
        ArchivePlan plan = plan();
        ArchivePlan parsed = ArchivePlan.parse(plan.head());
        assertThat(parsed.contents()).isEqualTo(plan.contents());
        assertThat(parsed.length()).isEqualTo(plan.length());
        assertThat(parsed.blobEntries()).isEqualTo(plan.blobEntries());
        assertThat(parsed.fingerprint()).isEqualTo(plan.fingerprint());
        assertThat(samples.archive(parsed)).isEqualTo(samples.archive(plan));
    }

    @Test
    void refusesHeadThatWasCutOrExtended() throws IOException {
        byte[] head = plan().head();
        for (int length : new int[] {0, 100, 512, 1024, 3000, head.length - 512, head.length - 1, head.length + 512}) {
            assertThatThrownBy(() -> ArchivePlan.parse(Arrays.copyOf(head, length)))
                    .as("length %d", length)
                    .isInstanceOf(ArchiveFormatException.class);
        }
    }

    @Test
    void putsManifestsBeforeTheirParentsAndEachContentOnce() throws IOException {
        ArchivePlan plan = plan();
        List<Digest> order = plan.contents().contents().stream()
                .map(content -> content.descriptor().digest())
                .toList();
        assertThat(order).doesNotHaveDuplicates();
        for (PlannedArtifact artifact : artifacts()) {
            for (Manifest manifest : artifact.graph().manifests()) {
                int place = order.indexOf(manifest.descriptor().digest());
                if (manifest instanceof Manifest.ImageIndex) {
                    assertThat(manifest.children())
                            .allSatisfy(child ->
                                    assertThat(order.indexOf(child.digest())).isBetween(0, place - 1));
                }
            }
        }
        long position = plan.head().length;
        for (ArchiveEntry entry : plan.blobEntries()) {
            assertThat(entry.start()).isEqualTo(position);
            position = entry.end();
        }
    }

    @Test
    void listsTheRepositoriesThatNeedAContent() throws IOException {
        Digest base = samples.layer(1, 3000).digest();
        assertThat(plan().contents().contents())
                .filteredOn(content -> content.descriptor().digest().equals(base))
                .singleElement()
                .satisfies(content -> assertThat(content.repositories()).containsExactly("base", "team/app"));
    }

    @Test
    void joinsTagsOfOneRoot() throws IOException {
        ContentGraph image = samples.image("one", samples.layer(1, 10));
        ArchivePlan plan = ArchivePlanner.plan(
                "",
                List.of(
                        new PlannedArtifact("app", List.of("b"), image),
                        new PlannedArtifact("app", List.of("a"), image),
                        new PlannedArtifact("app", List.of(), image)),
                List.of());
        assertThat(plan.contents().artifacts())
                .containsExactly(new ArchivedArtifact(
                        "app", List.of("a", "b"), image.root().descriptor()));
    }

    @Test
    void refusesOneTagForTwoRoots() throws IOException {
        List<PlannedArtifact> twice = List.of(
                new PlannedArtifact("app", List.of("v1"), samples.image("one", samples.layer(1, 10))),
                new PlannedArtifact("app", List.of("v1"), samples.image("two", samples.layer(1, 10))));
        assertThatThrownBy(() -> ArchivePlanner.plan("", twice, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'app:v1' is listed twice");
    }

    @Test
    void refusesOneDigestWithTwoSizes() throws IOException {
        Descriptor layer = samples.layer(1, 10);
        Descriptor lie = new Descriptor(layer.mediaType(), layer.digest(), 11);
        List<PlannedArtifact> artifacts = List.of(
                new PlannedArtifact("one", List.of("v1"), samples.image("one", layer)),
                new PlannedArtifact("two", List.of("v1"), samples.image("two", lie)));
        assertThatThrownBy(() -> ArchivePlanner.plan("", artifacts, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("with 10 and with 11 bytes");
    }

    @Test
    void refusesMoreThanAReaderWouldRead() throws IOException {
        List<String> tags =
                IntStream.rangeClosed(0, 250_000).mapToObj(i -> "v" + i).toList();
        List<PlannedArtifact> artifacts =
                List.of(new PlannedArtifact("app", tags, samples.image("one", samples.layer(1, 10))));
        assertThatThrownBy(() -> ArchivePlanner.plan("", artifacts, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("250,001 tags")
                .hasMessageContaining("export them in several runs");
    }

    @Test
    void isReadByAnotherTarReader() throws IOException {
        ArchivePlan plan = plan();
        List<String> names = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(samples.archive(plan)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
                assertThat(entry.getLastModifiedTime().toMillis()).isZero();
                assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
                assertThat(entry.getUserName() + entry.getGroupName()).isEmpty();
                assertThat(entry.getMode() & 0777).isEqualTo(0644);
                assertThat(tar.readAllBytes()).hasSize((int) entry.getSize());
            }
        }
        List<String> expected = new ArrayList<>(List.of("oci-layout", "transship.json", "index.json"));
        plan.contents().contents().forEach(content -> expected.add(content.entryName()));
        assertThat(names).isEqualTo(expected);
    }

    @Test
    void plansContentOfNineGibibytes() throws IOException {
        Descriptor huge = new Descriptor(MediaType.OCI_LAYER, Digest.sha256Of(new byte[] {1}), NINE_GIB);
        Descriptor after = samples.layer(2, 100);
        ContentGraph image = samples.image("huge", huge, after);
        ArchivePlan plan =
                ArchivePlanner.plan("", List.of(new PlannedArtifact("huge", List.of("v1"), image)), List.of());
        ArchiveEntry entry = plan.blobEntries().get(1);
        assertThat(entry.content().descriptor()).isEqualTo(huge);
        assertThat(entry.content().offset()).isEqualTo(entry.start() + 1536);
        assertThat(entry.end()).isEqualTo(entry.content().offset() + NINE_GIB);
        assertThat(ArchivePlan.parse(plan.head()).length())
                .isEqualTo(plan.length())
                .isGreaterThan(NINE_GIB);
        try (TarArchiveInputStream tar = new TarArchiveInputStream(plan.open(entry.start(), 1536, samples))) {
            TarArchiveEntry read = tar.getNextEntry();
            assertThat(read.getName()).isEqualTo(entry.content().entryName());
            assertThat(read.getSize()).isEqualTo(NINE_GIB);
        }
        // The content behind it can be had without the huge one.
        ArchiveEntry last = plan.blobEntries().getLast();
        try (InputStream in = plan.open(last.content().offset(), 100, samples)) {
            assertThat(in.readAllBytes()).isEqualTo(samples.bytes(after.digest()));
        }
    }

    @Test
    void refusesToFinishContentThatIsNotWhatWasPlanned() throws IOException {
        ArchivePlan plan = plan();
        ArchiveEntry entry = plan.blobEntries().getLast();
        for (int wrongLength : new int[] {-1, 0}) {
            assertThatThrownBy(() -> {
                        try (InputStream in = plan.open(
                                0,
                                plan.length(),
                                (content, offset) ->
                                        new ByteArrayInputStream(new byte[(int) content.size() + wrongLength]))) {
                            in.readAllBytes();
                        }
                    })
                    .isInstanceOf(ContentMismatchException.class);
        }
        assertThat(entry.end() + 1024).isEqualTo(plan.length());
    }

    @Test
    void opensContentOnceItIsReachedAndClosesItOnceItIsPassed() throws IOException {
        ArchivePlan plan = plan();
        int[] open = {0};
        try (InputStream in = plan.open(0, plan.length(), (content, offset) -> {
            assertThat(++open[0]).isEqualTo(1);
            return new FilterInputStream(samples.open(content, offset)) {
                @Override
                public void close() {
                    open[0]--;
                }
            };
        })) {
            in.skipNBytes(plan.head().length);
            assertThat(samples.opened).isEmpty();
            in.skipNBytes(plan.blobEntries().getFirst().end() - plan.head().length - 500);
            in.readAllBytes();
        }
        assertThat(open[0]).isZero();
        assertThat(samples.opened).hasSizeGreaterThan(3).doesNotHaveDuplicates();
    }

    @Test
    void closesContentThatWasNotReadToItsEnd() throws IOException {
        ArchivePlan plan = plan();
        boolean[] closed = {false};
        ArchiveEntry entry = plan.blobEntries().getFirst();
        InputStream in = plan.open(
                entry.content().offset(),
                10,
                (content, offset) -> new FilterInputStream(samples.open(content, offset)) {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                });
        assertThat(in.read()).isNotNegative();
        in.close();
        assertThat(closed[0]).isTrue();
    }
}
