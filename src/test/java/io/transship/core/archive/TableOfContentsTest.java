package io.transship.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableOfContentsTest {

    private final SampleArtifacts samples = new SampleArtifacts();

    private TableOfContents table() throws IOException {
        return ArchivePlanner.plan(
                        "source.example.com",
                        List.of(new PlannedArtifact(
                                "app", List.of("v1"), samples.image("one", samples.layer(1, 1000)))),
                        List.of(new MissingArtifact("app:v2", "ArtifactNotFound", "the source \"forgot\" it")))
                .contents();
    }

    private String json() throws IOException {
        return new String(table().toJson(), StandardCharsets.UTF_8);
    }

    private static TableOfContents parse(String json) throws ArchiveFormatException {
        return TableOfContents.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void comesBackFromItsJson() throws IOException {
        TableOfContents table = table();
        assertThat(TableOfContents.parse(table.toJson())).isEqualTo(table);
        assertThat(parse(json() + "   \n")).isEqualTo(table);
        assertThat(table.isPartial()).isTrue();
    }

    @Test
    void hasOneItemPerLine() throws IOException {
        assertThat(json().lines())
                .anyMatch(line -> line.startsWith("\"formatVersion\":1,") || line.equals("{\"formatVersion\":1,"))
                .anyMatch(line -> line.startsWith("{\"repository\":0,\"tags\":[\"v1\"],\"mediaType\":0,\"digest\":"))
                .hasSizeLessThan(25);
    }

    @Test
    void ignoresPropertiesOfLaterWriters() throws IOException {
        String extended = json().replace("\"missing\":", "\"signature\":{\"a\":[1]},\"missing\":")
                .replace("\"manifest\":true", "\"manifest\":true,\"compressed\":false");
        assertThat(parse(extended)).isEqualTo(table());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "formatVersion":1     | "formatVersion":2      | import it with a newer Transship
            "formatVersion":1,    | ``                     | 'formatVersion' must be its first property
            "formatVersion":1     | "formatVersion":"1"    | 'formatVersion' is not valid
            "sourceRegistry":     | "formatVersion":1,"x": | Duplicate
            "repository":0        | "repository":1         | '1' is no index into the 1 'repositories'
            "repositories":[0]    | "repositories":[]      | no repository needs
            "repositories":[0]    | "repositories":[-1]    | '-1' is no index
            "tags":["v1"]         | "tags":["no tag"]      | tag 'no tag' is not valid
            "tags":["v1"]         | "tags":"v1"            | 'tags' is not an array
            "manifest":true       | "manifest":false       | needs the manifest
            "manifest":true       | "manifest":1           | 'manifest' is not true or false
            sha256:               | sha1:                  | only sha256 and sha512
            "offset":             | "offset":-             | not a size or offset
            "offset":             | "offset":99999999999999999999 | not a size or offset
            "offset":             | "x":                   | not a size or offset
            "missing":[           | "missing":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ | nesting depth
            """)
    void refusesWhatIsWrong(String found, String replacement, String message) throws IOException {
        String wrong = json().replaceFirst(Pattern.quote(found), replacement);
        assertThat(wrong).isNotEqualTo(json());
        assertThatThrownBy(() -> parse(wrong))
                .isInstanceOf(ArchiveFormatException.class)
                .hasMessageContaining("entry 'transship.json' at offset")
                .hasMessageContaining(message);
    }

    @Test
    void refusesTextThatGoesOn() throws IOException {
        String json = json();
        assertThatThrownBy(() -> parse(json + "{}")).isInstanceOf(ArchiveFormatException.class);
        assertThatThrownBy(() -> parse(json.substring(0, json.length() / 2)))
                .isInstanceOf(ArchiveFormatException.class);
        assertThatThrownBy(() -> parse("")).isInstanceOf(ArchiveFormatException.class);
        assertThatThrownBy(() -> parse("[]")).isInstanceOf(ArchiveFormatException.class);
    }

    @Test
    void isWhatTheDocumentationShows() throws IOException {
        Descriptor layer = new Descriptor(MediaType.OCI_LAYER, Digest.sha256Of(new byte[] {1}), 30 * 1024 * 1024);
        ArchivePlan plan = ArchivePlanner.plan(
                "source.example.com",
                List.of(new PlannedArtifact("team/app", List.of("v1", "latest"), samples.image("documented", layer))),
                List.of(new MissingArtifact("team/app:v7", "ArtifactNotFound", "not found in source.example.com")));
        assertThat(Files.readString(Path.of("docs/archive-format.md")))
                .contains(new String(plan.contents().toJson(), StandardCharsets.UTF_8))
                .contains("the archive has %,d bytes".formatted(plan.length()));
    }
}
