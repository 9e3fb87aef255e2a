package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.archive.tar.TarBytes;
import io.transship.core.archive.tar.TarWalk;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Archives whose documents are well-formed and do not agree with each other, or with what lies behind them. */
final class ForgedArchiveTest extends SampleArchive {

    ForgedArchiveTest() throws IOException {}

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
}
