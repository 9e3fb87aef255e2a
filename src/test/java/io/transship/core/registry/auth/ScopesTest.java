package io.transship.core.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScopesTest {

    @Test
    void joinsActionsOnTheSameResource() {
        assertThat(Scopes.pull("a").and(Scopes.push("a")).and(Scopes.pull("b")))
                .hasToString("repository:a:pull,push repository:b:pull");
    }

    @Test
    void readsWhatAChallengeAsksFor() {
        assertThat(Scopes.parse("repository:host:5000/a:push,pull registry:catalog:*"))
                .isEqualTo(Scopes.push("host:5000/a").and(Scopes.CATALOG));
        assertThat(Scopes.parse("  ")).isEqualTo(Scopes.NONE);
        assertThat(Scopes.parse("nonsense")).isEqualTo(Scopes.NONE);
    }
}
