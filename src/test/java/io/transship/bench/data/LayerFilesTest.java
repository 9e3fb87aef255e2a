package io.transship.bench.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.local.artifacts.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerFilesTest {

    @TempDir
    private Path directory;

    @Test
    void aRandomLayerHasTheSameDigestOnEveryMachine() throws IOException {
        Layer layer = new LayerFiles(directory, 1).random("a-base-0", 300_000);
        assertThat(layer.digest()).isEqualTo("sha256:777b2073522b5ec78ff6fdaf7f467b0274f451f498cae6893ee2e31a90d1edae");
        assertThat(layer.diffId()).isEqualTo("sha256:8f59650b24768250d0063eaecc7447445509abf0c79d2334137ee36056262c02");
    }

    @Test
    void anotherSeedOrKeyMakesAnotherLayer() throws IOException {
        String digest = new LayerFiles(directory, 1).random("a", 1_000).digest();
        assertThat(new LayerFiles(directory, 2).random("a", 1_000).digest()).isNotEqualTo(digest);
        assertThat(new LayerFiles(directory, 1).random("b", 1_000).digest()).isNotEqualTo(digest);
    }

    @Test
    void aTextLayerHasAboutTheSizeThatWasAskedForAndUnpacks() throws IOException {
        Layer layer = new LayerFiles(directory, 1).text("e-system", 1_000_000);
        assertThat(Files.size(layer.file())).isBetween(900_000L, 1_100_000L);
        int files = 0;
        try (InputStream in = Files.newInputStream(layer.file());
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(tar.readAllBytes()).hasSize((int) entry.getSize());
                files++;
            }
        }
        assertThat(files).isGreaterThan(20);
    }
}
