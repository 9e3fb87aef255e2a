package io.transship.core.transfer.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivePlanner;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.PlannedArtifact;
import io.transship.core.archive.TableOfContents;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.transfer.block.BlockLayout.Unit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnhashedContentsTest {

    private final TableOfContents table = plan(4_000).contents();

    @Test
    void namesContentsByTheirPlacesAndIsUnderstoodAgain() {
        UnhashedContents unhashed = unhashed(1, 4, 5, 6, 9);

        assertThat(unhashed.hints(Map.of("other", "hint")))
                .isEqualTo(Map.of("other", "hint", "transshipunhashed", "1,4-6,9"));
        assertThat(UnhashedContents.said(unhashed.hints(Map.of())).digests(table))
                .containsExactlyInAnyOrder(digest(1), digest(4), digest(5), digest(6), digest(9));
    }

    @Test
    void saysNothingWhereAllWereHashed() {
        assertThat(unhashed().hints(Map.of())).isEmpty();
        assertThat(UnhashedContents.said(Map.of()).digests(table)).isEmpty();
    }

    @Test
    void namesRatherTooManyThanMoreThanABlobCanSay() {
        UnhashedContents everyOther =
                unhashed(IntStream.range(1, 2_000).map(i -> 2 * i).toArray());

        assertThat(everyOther.hints(Map.of())).isEqualTo(Map.of("transshipunhashed", "2-3998"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1,,2", "3-1", "-4", "1-999999999", "99999999999", "1-2-3", "1, 2"})
    void ofATextThatIsNoneOfOursNothingIsBelieved(String text) {
        assertThat(UnhashedContents.said(Map.of("transshipunhashed", text)).digests(table))
                .isEmpty();
    }

    @Test
    void placesBehindTheEndOfTheTableAreNoContents() {
        assertThat(UnhashedContents.said(Map.of("transshipunhashed", "3,200000"))
                        .digests(table))
                .containsExactly(digest(3));
    }

    private UnhashedContents unhashed(int... places) {
        return UnhashedContents.of(
                table,
                IntStream.of(places)
                        .mapToObj(place -> {
                            ArchivedContent content = table.contents().get(place);
                            long end = content.offset() + content.descriptor().size();
                            return new Unit(content.offset(), end, place, place + 1);
                        })
                        .toList());
    }

    private Digest digest(int place) {
        return table.contents().get(place).descriptor().digest();
    }

    private static ArchivePlan plan(int blobs) {
        List<Descriptor> layers = IntStream.range(0, blobs)
                .mapToObj(i -> new Descriptor(MediaType.OCI_LAYER, Digest.parse("sha256:%064x".formatted(i)), 10))
                .toList();
        ContentGraph graph = new ContentGraph(List.of(new TestArtifacts(1).image(1)), layers);
        return ArchivePlanner.plan("source.test", List.of(new PlannedArtifact("a", List.of("1"), graph)), List.of());
    }
}
