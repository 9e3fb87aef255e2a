package io.transship.core.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {

    @Test
    void readsParametersInAnyOrderQuotedOrNot() {
        assertThat(parse("Bearer scope=\"repository:a/b:pull,push\" , service=registry,realm=\"https://r/token\""))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "scope",
                                "repository:a/b:pull,push",
                                "service",
                                "registry",
                                "realm",
                                "https://r/token")));
    }

    @Test
    void readsSeveralChallengesOfOneHeaderAndOfSeveral() {
        assertThat(parse("Negotiate, Basic realm=\"a, b\", BEARER Realm=\"x\"", "Digest qop=auth"))
                .containsExactly(
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "a, b")),
                        new Challenge("bearer", Map.of("realm", "x")),
                        new Challenge("digest", Map.of("qop", "auth")));
    }

    @Test
    void readsEscapedQuotesAndBlanksAroundTheEqualsSign() {
        assertThat(parse("Basic realm = \"say \\\"hi\\\"\""))
                .containsExactly(new Challenge("basic", Map.of("realm", "say \"hi\"")));
    }

    @Test
    void passesOverAToken68() {
        assertThat(parse("Negotiate abc/def+==, Basic realm=x"))
                .containsExactly(new Challenge("negotiate", Map.of()), new Challenge("basic", Map.of("realm", "x")));
    }

    @Test
    void endsOnNonsense() {
        assertThat(parse("")).isEmpty();
        assertThat(parse("=;\"")).isEmpty();
        assertThat(parse("Basic realm=\"never closed"))
                .containsExactly(new Challenge("basic", Map.of("realm", "never closed")));
        assertThat(parse("Bearer \u0000")).containsExactly(new Challenge("bearer", Map.of()));
    }

    private static List<Challenge> parse(String... headers) {
        return Challenge.parse(List.of(headers));
    }
}
