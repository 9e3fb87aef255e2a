package io.transship.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptTest {

    @TempDir
    private Path directory;

    private Script script;

    @BeforeEach
    void setUp() {
        script = new Script(directory, Map.of("GREETING", "it's"), Duration.ofSeconds(30));
    }

    @Test
    void theFiguresAreThoseOfTheCommands() throws IOException {
        String file = directory.resolve("zeros").toString();
        Stage stage = script.run(
                "copying",
                List.of(List.of("dd", "if=/dev/zero", "of=" + file, "bs=1M", "count=64"), List.of("rm", file)));
        assertThat(stage.name()).isEqualTo("copying");
        assertThat(stage.written()).isLessThanOrEqualTo(65L << 20);
        assertThat(stage.cpu()).isPositive();
        assertThat(stage.wall()).isPositive();
    }

    @Test
    void wordsReachACommandAsTheyAre() throws IOException {
        Path file = directory.resolve("a 'file'");
        script.run("touching", List.of(List.of("touch", file.toString())));
        assertThat(file).exists();
    }

    @Test
    void theEnvironmentIsThatOfTheScript() throws IOException {
        script.run("printing", List.of(List.of("env")));
        assertThat(Files.readString(directory.resolve("output.txt"))).contains("GREETING=it's");
    }

    @Test
    void aCommandThatFailsEndsTheScriptWithWhatItSaid() {
        assertThatThrownBy(() -> script.run(
                        "failing", List.of(List.of("ls", "/nothing/here"), List.of("touch", directory + "/never"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failing ended with code")
                .hasMessageContaining("/nothing/here");
        assertThat(directory.resolve("never")).doesNotExist();
    }
}
