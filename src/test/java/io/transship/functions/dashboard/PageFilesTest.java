package io.transship.functions.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmError;
import io.transship.functions.arm.ArmRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's files are served as they are, and may load nothing from anywhere else. */
class PageFilesTest {

    private static final Path FILES = Path.of("src/main/resources/dashboard");

    private final PageFiles files = new PageFiles(false);

    private static ArmRequest request(String path, Map<String, String> headers) {
        return new ArmRequest("GET", URI.create("https://app.example.net/api" + path), headers, "", Optional.empty());
    }

    private static ArmAnswer get(PageFiles files, String path) {
        return ArmError.answering(() -> files.answer(request(path, Map.of())));
    }

    @Test
    void thePageMayLoadNothingButItsOwnFiles() {
        ArmAnswer page = get(files, "/dashboard");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers())
                .containsEntry("Content-Type", "text/html; charset=utf-8")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Referrer-Policy", "no-referrer")
                .containsEntry("X-Frame-Options", "DENY");
        assertThat(page.headers().get("Content-Security-Policy"))
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "connect-src 'self'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'")
                .doesNotContain("unsafe", "http");
    }

    @Test
    void everyFileOfTheFolderIsServedWithItsTypeAndTheSamePolicy() throws IOException {
        try (Stream<Path> all = Files.list(FILES)) {
            List<Path> listed = all.toList();
            assertThat(listed).hasSizeGreaterThan(10);
            for (Path file : listed) {
                ArmAnswer answer = get(files, "/dashboard/" + file.getFileName());
                assertThat(answer.status()).as(file.toString()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(Files.readString(file));
                assertThat(answer.headers().get("Content-Type")).matches("(text|image)/[a-z+]+; charset=utf-8");
                assertThat(answer.headers()).containsKeys("Content-Security-Policy", "ETag");
            }
        }
    }

    /** What the browser would refuse, and what would make markup of a text, is not even written. */
    @Test
    void noFileNamesAnotherHostOrMakesMarkupOfText() throws IOException {
        Pattern forbidden = Pattern.compile(
                "https?://(?!www\\.w3\\.org/2000/svg)|innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|<style|style=|\\son[a-z]+=\"|javascript:");
        try (Stream<Path> all = Files.list(FILES)) {
            for (Path file : all.toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(forbidden);
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(300);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dashboard/none.js",
                "/dashboard/..",
                "/dashboard/%2e%2e%2fopenapi.json",
                "/dashboard/a/b.js",
                "/dashboard/openapi.json",
                "/dashboard/INDEX.HTML"
            })
    void whatIsNoFileOfThePageIsNotFound(String path) {
        assertThat(get(files, path).status()).isEqualTo(404);
    }

    @Test
    void anAddressWithASlashAtItsEndLeadsToTheOneWithout() {
        ArmAnswer answer = get(files, "/dashboard/");

        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.headers()).containsEntry("Location", "../dashboard");
    }

    @Test
    void whoHasTheFileHearsThatItIsTheSame() {
        String tag = get(files, "/dashboard/app.js").headers().getOrDefault("ETag", "");

        ArmAnswer again = ArmError.answering(
                () -> files.answer(request("/dashboard/app.js", Map.of("if-none-match", "W/" + tag))));

        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers()).containsEntry("ETag", tag).doesNotContainKey("Content-Type");
    }

    @Test
    void thePageKnowsWhetherThePlatformSignsPeopleIn() {
        assertThat(get(files, "/dashboard").body()).contains("data-sign-in=\"no\"");
        assertThat(get(new PageFiles(true), "/dashboard").body()).contains("data-sign-in=\"yes\"");
    }
}
