package io.transship.core.transfer.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.TableOfContents;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImportSlicesTest {

    private static final int CONTENTS = 2000;
    private static final List<String> REPOSITORY = List.of("many/small");

    @Test
    void thousandsOfSmallContentsAreNotLeftToOneWorker() {
        List<Slice> slices = ArtifactImport.slices(contents(), TransferSettings.DEFAULT);

        assertThat(slices).hasSizeBetween(CONTENTS / ArtifactImport.SLICE_CONTENTS, CONTENTS / 100);
        assertThat(slices).allMatch(slice -> slice.to() - slice.from() <= ArtifactImport.SLICE_CONTENTS);
        int next = 0;
        for (Slice slice : slices) {
            assertThat(slice.from()).isEqualTo(next);
            next = slice.to();
        }
        assertThat(next).isEqualTo(CONTENTS);
    }

    private static TableOfContents contents() {
        Descriptor root = new Descriptor(MediaType.OCI_MANIFEST, digest(-1), 500);
        List<ArchivedContent> contents = new ArrayList<>();
        contents.add(new ArchivedContent(root, 1024, true, REPOSITORY));
        for (int number = 0; number < CONTENTS; number++) {
            Descriptor layer = new Descriptor(MediaType.OCI_LAYER, digest(number), 10_000);
            contents.add(new ArchivedContent(layer, 4096 + number * 12_288L, false, REPOSITORY));
        }
        ArchivedArtifact artifact = new ArchivedArtifact(REPOSITORY.getFirst(), List.of("1"), root);
        return new TableOfContents("source.test", List.of(artifact), contents, List.of());
    }

    private static Digest digest(int number) {
        return Digest.sha256Of(String.valueOf(number).getBytes(StandardCharsets.UTF_8));
    }
}
