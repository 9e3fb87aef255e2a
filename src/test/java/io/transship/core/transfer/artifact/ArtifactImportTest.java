package io.transship.core.transfer.artifact;

import static io.transship.core.transfer.TransferSamples.ALL;
import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.TableOfContents;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.registry.ForwardingRepository;
import io.transship.core.registry.InMemoryRegistry;
import io.transship.core.registry.Registry;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.StepwiseClock;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactImport.TagMode;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class ArtifactImportTest {

    private static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());

    private final TransferSamples samples = new TransferSamples();
    private final InMemoryRegistry target = new InMemoryRegistry("target.test");
    private final ArchivePlan plan;
    private final byte[] archive;

    ArtifactImportTest() throws IOException {
        ArtifactExport export = new ArtifactExport(
                samples.registry(), new InMemoryBlobContainer(), new BlobName("a"), WriteMode.CREATE_NEW, OnError.STOP);
        plan = export.plan(TransferSamples.references(ALL), Map.of());
        try (InputStream in = plan.open(0, plan.length(), samples::open)) {
            archive = in.readAllBytes();
        }
    }

    @Test
    void importsEverythingAndSendsEachContentOnce() throws IOException {
        List<ArtifactOutcome> outcomes = run(importer(target, TagMode.KEEP, OnError.STOP));

        assertThat(outcomes).extracting(ArtifactOutcome::artifact).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(outcomes).allMatch(outcome -> outcome.status() == Status.SUCCEEDED);
        samples.assertArrived(target, ALL);
        assertThat(TransferSamples.tags(target)).isEqualTo(ALL);
        assertThat(target.uploads()).isEqualTo(blobs().size());
        assertThat(target.mounts()).as("the shared layer").isEqualTo(1);
    }

    @Test
    void importsAgainWithoutSendingAnything() throws IOException {
        run(importer(target, TagMode.KEEP, OnError.STOP));
        int puts = target.manifestPuts();

        List<ArtifactOutcome> again = run(importer(target, TagMode.KEEP, OnError.STOP), Set.of());

        assertThat(again).allMatch(outcome -> outcome.status() == Status.SKIPPED);
        assertThat(target.uploads()).isEqualTo(blobs().size());
        assertThat(target.manifestPuts() - puts).as("children only").isLessThanOrEqualTo(2);
        samples.assertArrived(target, ALL);
    }

    @ParameterizedTest
    @EnumSource(TagMode.class)
    void asksForTheTagsAloneOfWhatTheTargetHas(TagMode tagMode) throws IOException {
        run(importer(target, tagMode, OnError.STOP));
        List<String> asked = new CopyOnWriteArrayList<>();
        target.decorate(repository -> new ForwardingRepository(repository) {
            @Override
            public Optional<Descriptor> resolve(String tagOrDigest) throws IOException {
                asked.add(name() + ":" + tagOrDigest);
                return super.resolve(tagOrDigest);
            }

            @Override
            public boolean has(Descriptor blob) {
                throw new AssertionError("asked for " + blob);
            }

            @Override
            public void putManifest(Manifest manifest, String tagOrDigest) {
                throw new AssertionError("stored " + tagOrDigest);
            }
        });

        List<ArtifactOutcome> again = run(importer(target, tagMode, OnError.STOP));

        assertThat(asked).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(again).extracting(ArtifactOutcome::artifact).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(again).allMatch(outcome -> outcome.status() == Status.SKIPPED);
    }

    @Test
    void mountsFromAnArtifactThatTheTargetHasIntoOneThatItHasNot() throws IOException {
        InMemoryRegistry partial = new InMemoryRegistry("target.test");
        List<String> tools =
                ALL.stream().filter(name -> name.startsWith("team/tools")).toList();
        ArtifactImport importer = importer(partial, TagMode.KEEP, OnError.STOP);
        importOnly(partial, tools);
        int uploads = partial.uploads();

        List<ArtifactOutcome> outcomes = run(importer);

        assertThat(outcomes)
                .filteredOn(outcome -> outcome.status() == Status.SKIPPED)
                .extracting(ArtifactOutcome::artifact)
                .containsExactlyInAnyOrderElementsOf(tools);
        assertThat(partial.mounts()).as("the shared layer").isEqualTo(1);
        assertThat(partial.uploads() - uploads).isLessThan(blobs().size());
        samples.assertArrived(partial, ALL);
    }

    private void importOnly(InMemoryRegistry registry, List<String> names) throws IOException {
        TableOfContents some = plan.contents().only(Set.copyOf(names));
        ArtifactImport importer = importer(some, registry, OnError.STOP);
        for (Slice slice : ArtifactImport.slices(some, SMALL)) {
            importer.move(SMALL, slice.number(), NEVER, TransferListener.NONE);
        }
        importer.seal(Map.of(), Set.of(), CommitPoint.OPEN);
    }

    @Test
    void uploadsWhereTheTargetDoesNotMount() throws IOException {
        target.decorate(repository -> new ForwardingRepository(repository) {
            @Override
            public boolean mount(Descriptor blob, String fromRepository) {
                return false;
            }
        });

        run(importer(target, TagMode.KEEP, OnError.STOP));

        assertThat(target.uploads()).isEqualTo(blobs().size() + 1);
        samples.assertArrived(target, ALL);
    }

    @Test
    void movesNoTagBeforeAllOfEverythingIsThere() throws IOException {
        ArtifactImport importer = importer(target, TagMode.KEEP, OnError.STOP);
        assertThat(importer.plan()).isEmpty();
        for (Slice slice : ArtifactImport.slices(plan.contents(), SMALL)) {
            importer.move(SMALL, slice.number(), NEVER, TransferListener.NONE);
            assertThat(target.manifestPuts()).isZero();
        }
        Set<String> tagged = new HashSet<>();
        target.decorate(repository -> new ForwardingRepository(repository) {
            @Override
            public synchronized void putManifest(Manifest manifest, String tagOrDigest) throws IOException {
                if (tagOrDigest.contains(":")) {
                    assertThat(tagged).as("tags before %s", tagOrDigest).isEmpty();
                } else {
                    tagged.add(name() + ":" + tagOrDigest);
                }
                super.putManifest(manifest, tagOrDigest);
            }
        });

        importer(target, TagMode.KEEP, OnError.STOP).seal(Map.of(), Set.of(), CommitPoint.OPEN);

        assertThat(tagged).containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void tagsNothingWhenAnyContentOfTheArchiveIsDamaged() throws IOException {
        for (ArchivedContent content : plan.contents().contents()) {
            InMemoryRegistry fresh = new InMemoryRegistry("target.test");
            byte[] damaged = damaged(content);

            assertThatExceptionOfType(IOException.class)
                    .as("%s", content)
                    .isThrownBy(() -> run(importer(damaged, fresh, TagMode.KEEP, OnError.STOP)))
                    .withMessageContaining(content.descriptor().digest().hex())
                    .matches(e -> !TransferException.isTransient(e));
            assertThat(TransferSamples.tags(fresh)).isEmpty();
        }
    }

    @Test
    void importsWhatIsNotDamagedIfErrorsDoNotStopIt() throws IOException {
        ArchivedContent shared = plan.contents().contents().stream()
                .filter(content -> content.descriptor().equals(samples.shared()))
                .findFirst()
                .orElseThrow();

        List<ArtifactOutcome> outcomes = run(importer(damaged(shared), target, TagMode.KEEP, OnError.CONTINUE));

        samples.assertArrived(target, List.of("charts/hello:2"));
        assertThat(TransferSamples.tags(target)).containsExactly("charts/hello:2");
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.status() == Status.FAILED)
                .hasSize(4)
                .allMatch(outcome -> String.valueOf(outcome.message())
                        .contains(samples.shared().digest().hex()));
    }

    @Test
    void keepsTagsThatAreTakenAndNamesThemAll() throws IOException {
        takeTags("team/app", "1");
        takeTags("charts/hello", "2");

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> importer(target, TagMode.KEEP, OnError.STOP).plan())
                .withMessageStartingWith("2 of 4 artifacts cannot be imported: ")
                .withMessageContainingAll(
                        "tag 'team/app:1' exists in registry target.test with digest sha256:",
                        "tag 'charts/hello:2' exists",
                        "add the option OverwriteTags to the pipeline")
                .matches(e -> e.side() == Side.TARGET && !TransferException.isTransient(e));

        List<ArtifactOutcome> outcomes = run(importer(target, TagMode.KEEP, OnError.CONTINUE));
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.status() == Status.FAILED)
                .extracting(ArtifactOutcome::artifact)
                .containsExactlyInAnyOrder("team/app:1", "charts/hello:2");
        samples.assertArrived(target, List.of("team/app:latest", "team/tools:1", "team/tools:amd64"));

        run(importer(target, TagMode.OVERWRITE, OnError.STOP));
        samples.assertArrived(target, ALL);
    }

    @Test
    void movesNoTagWhenOneIsTakenAfterPlanning() throws IOException {
        ArtifactImport importer = importer(target, TagMode.KEEP, OnError.STOP);
        importer.plan();
        for (Slice slice : ArtifactImport.slices(plan.contents(), SMALL)) {
            importer.move(SMALL, slice.number(), NEVER, TransferListener.NONE);
        }
        takeTags("team/tools", "1");
        List<String> before = TransferSamples.tags(target);

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> importer.seal(Map.of(), Set.of(), CommitPoint.OPEN))
                .withMessageStartingWith("1 of 4 artifacts cannot be imported: tag 'team/tools:1' exists");
        assertThat(TransferSamples.tags(target)).isEqualTo(before);
    }

    @Test
    void tagsNothingWhoseContentTheArchiveLacks() throws IOException {
        TableOfContents whole = plan.contents();
        TableOfContents lacking = new TableOfContents(
                whole.sourceRegistry(),
                whole.artifacts(),
                whole.contents().stream()
                        .filter(content -> !content.descriptor().equals(samples.chartLayer()))
                        .toList(),
                whole.missing());
        String message = "the archive lacks content %s of 'charts/hello:2'; it was damaged"
                .formatted(samples.chartLayer().digest());

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> importer(lacking, target, OnError.STOP).plan())
                .withMessageStartingWith("1 of 4 artifacts cannot be imported: " + message);

        InMemoryRegistry lax = new InMemoryRegistry("lax.test");
        lax.decorate(repository -> new ForwardingRepository(repository) {
            @Override
            public void putManifest(Manifest manifest, String tagOrDigest) throws IOException {
                for (Descriptor child : manifest.children()) {
                    assertThat(child).isNotEqualTo(samples.chartLayer());
                }
                super.putManifest(manifest, tagOrDigest);
            }
        });
        List<ArtifactOutcome> outcomes = run(importer(lacking, lax, OnError.CONTINUE));
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.status() == Status.FAILED)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.message()).startsWith(message));

        // The target may have had it before.
        samples.assertArrived(lax, List.of("team/app:1"));
        lax.decorate(repository -> repository);
        lax.seed(
                "charts/hello",
                "old",
                samples.registry().repository("charts/hello").manifest("2"),
                samples.artifacts());
        assertThat(run(importer(lacking, lax, OnError.CONTINUE)))
                .noneMatch(outcome -> outcome.status() == Status.FAILED);
        samples.assertArrived(lax, ALL);
    }

    @Test
    void handsOnWhatIsLeftWhenTheDeadlinePasses() throws IOException {
        TransferSettings oneSlice = new TransferSettings(SMALL.blockBytes(), 1 << 30);
        ArtifactImport importer = importer(target, TagMode.KEEP, OnError.STOP);
        importer.plan();
        StepwiseClock clock = new StepwiseClock(Duration.ofSeconds(1));

        MoveResult first = importer.move(oneSlice, 0, Deadline.in(Duration.ofSeconds(4), clock), TransferListener.NONE);
        int sent = target.uploads();
        MoveResult second = importer.move(oneSlice, 0, NEVER, TransferListener.NONE);

        assertThat(first.finished()).isFalse();
        assertThat(first.contents()).isBetween(1, blobs().size() - 1);
        assertThat(sent).isBetween(1, blobs().size() - 1);
        assertThat(second).matches(MoveResult::finished);
        assertThat(target.uploads()).isEqualTo(blobs().size());
    }

    private void takeTags(String repository, String tag) throws IOException {
        target.seed(repository, tag, samples.artifacts().image(10), samples.artifacts());
    }

    private List<Descriptor> blobs() {
        return plan.contents().contents().stream()
                .filter(content -> !content.manifest())
                .map(ArchivedContent::descriptor)
                .toList();
    }

    private byte[] damaged(ArchivedContent content) {
        byte[] damaged = archive.clone();
        damaged[(int) (content.offset() + content.descriptor().size() - 1)] ^= 1;
        return damaged;
    }

    private ArtifactImport importer(Registry registry, TagMode tagMode, OnError onError) {
        return importer(archive, registry, tagMode, onError);
    }

    private ArtifactImport importer(byte[] bytes, Registry registry, TagMode tagMode, OnError onError) {
        return new ArtifactImport(Archive.of(RangeSource.of(bytes), plan.contents()), registry, tagMode, onError);
    }

    private ArtifactImport importer(TableOfContents contents, Registry registry, OnError onError) {
        return new ArtifactImport(Archive.of(RangeSource.of(archive), contents), registry, TagMode.KEEP, onError);
    }

    private List<ArtifactOutcome> run(ArtifactImport importer) throws IOException {
        return run(importer, importer.plan());
    }

    private List<ArtifactOutcome> run(ArtifactImport planned, Set<String> present) throws IOException {
        ArtifactImport importer = planned.having(present);
        List<Slice> slices = ArtifactImport.slices(plan.contents(), SMALL);
        assertThat(slices).hasSizeGreaterThanOrEqualTo(3);
        Map<Digest, String> broken = new HashMap<>();
        for (Slice slice : slices.reversed()) {
            broken.putAll(importer.move(SMALL, slice.number(), NEVER, TransferListener.NONE)
                    .broken());
        }
        return importer.seal(broken, Set.of(), CommitPoint.OPEN);
    }
}
