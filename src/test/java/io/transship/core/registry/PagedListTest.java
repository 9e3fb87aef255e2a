package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.ScriptedServer.Answer;
import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PagedListTest extends ScriptedRegistry {

    private static final String TAGS = "GET /v2/app/tags/list";

    @Test
    void followsRelativeAndAbsoluteLinks() throws IOException {
        server.on(
                TAGS,
                page("a").with("Link", "</v2/app/tags/list?last=a&n=1>; rel=\"next\""),
                page("b").with("Link", "<%s/v2/app/tags/list?last=b&n=1>; rel=next".formatted(server.address())),
                page("c"));

        assertThat(app().tags()).containsExactly("a", "b", "c");
        assertThat(server.seen(TAGS).get(1).target()).isEqualTo("/v2/app/tags/list?last=a&n=1");
    }

    @Test
    void refusesALinkToAnotherServer() {
        server.on(TAGS, page("a").with("Link", "<https://example.com/v2/app/tags/list>; rel=\"next\""));

        assertFailure(Kind.REJECTED, () -> app().tags()).withMessageContaining("not on the same server");
    }

    @Test
    void noticesPagesThatGoRoundInCircles() {
        server.on(TAGS, page("a").with("Link", "</v2/app/tags/list?last=a>; rel=\"next\""));

        assertFailure(Kind.REJECTED, () -> app().tags()).withMessageContaining("do not end");
    }

    @Test
    void readsNoTagsOfARepositoryThatDoesNotExistOrHasNone() throws IOException {
        server.on(TAGS, Answer.of(404), Answer.of(200, "{\"name\":\"app\",\"tags\":null}"));

        assertThat(app().tags()).isEmpty();
        assertThat(app().tags()).isEmpty();
    }

    @Test
    void listsRepositories() throws IOException {
        server.on("GET /v2/_catalog", Answer.of(200, "{\"repositories\":[\"app\",\"base/os\"]}"));

        assertThat(client(settings(new Anonymous())).catalog()).containsExactly("app", "base/os");
    }

    @Test
    void refusesAPageOfAProxy() {
        server.on(TAGS, Answer.of(200, "<html>please log in</html>"));

        assertFailure(Kind.REJECTED, () -> app().tags()).withMessageContaining("not JSON");
    }

    private static Answer page(String tag) {
        return Answer.of(200, "{\"tags\":[\"%s\"]}".formatted(tag));
    }
}
