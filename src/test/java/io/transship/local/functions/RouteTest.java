package io.transship.local.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {

    @Test
    void takesLiteralsInAnyCase() {
        assertThat(Route.parse("api/Health").match("/API/health")).contains(Map.of());
        assertThat(Route.parse("api/Health").match("/api/health/deep")).isEmpty();
        assertThat(Route.parse("api/Health").match("/api")).isEmpty();
    }

    @Test
    void readsDecodedParameters() {
        assertThat(Route.parse("runs/{group}/{name}").match("/runs/a%20b/c+d"))
                .contains(Map.of("group", "a b", "name", "c+d"));
        assertThat(Route.parse("runs/{name}").match("/runs")).isEmpty();
    }

    @Test
    void keepsAnEncodedSlashEncoded() {
        assertThat(Route.parse("runs/{name}").match("/runs/a%2fb")).contains(Map.of("name", "a%2Fb"));
    }

    @Test
    void readsOverConstraints() {
        assertThat(Route.parse("runs/{id:int}").match("/runs/x")).contains(Map.of("id", "x"));
        assertThat(Route.parse("runs/{id:int=7}").match("/runs")).contains(Map.of("id", "7"));
    }

    @Test
    void fillsDefaultsAndLeavesOptionalParametersOut() {
        assertThat(Route.parse("runs/{name=all}").match("/runs")).contains(Map.of("name", "all"));
        assertThat(Route.parse("runs/{name=all}").match("/runs/one")).contains(Map.of("name", "one"));
        assertThat(Route.parse("runs/{name?}").match("/runs")).contains(Map.of());
    }

    @Test
    void takesTheRestAsOneValue() {
        assertThat(Route.parse("files/{*path}").match("/files/a/b%20c")).contains(Map.of("path", "a/b c"));
        assertThat(Route.parse("files/{*path}").match("/files")).contains(Map.of("path", ""));
    }

    @Test
    void asksLiteralRoutesFirst() {
        assertThat(Stream.of("{*rest}", "runs/{name}", "runs/latest")
                        .map(Route::parse)
                        .sorted(Route.MOST_LITERAL_FIRST))
                .extracting(Route::toString)
                .containsExactly("runs/latest", "runs/{name}", "{*rest}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{b}", "{a}{b}", "{*a}/b", "{a?}/b", "{", "{}"})
    void refusesTemplatesItCannotKeep(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Route.parse(template))
                .withMessageContaining(template);
    }
}
