package io.transship.core.registry.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.http.HttpRequest;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestClassTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/, READ",
        "GET, /v2/_catalog?n=500, READ",
        "GET, /v2/app/tags/list, READ",
        "HEAD, /v2/shop/app/manifests/v1, READ",
        "GET, /v2/shop/app/blobs/sha256:12, READ",
        "GET, /v2/shop/app/referrers/sha256:12, REFERRERS",
        "GET, /v2/app/referrers/sha256:12?artifactType=a, REFERRERS",
        "GET, /v2/shop/referrers/manifests/v1, READ",
        "GET, /v2/referrers/tags/list, READ",
        "POST, /v2/app/blobs/uploads/, WRITE",
        "POST, /v2/app/blobs/uploads/?mount=sha256%3A12&from=b, WRITE",
        "PATCH, /v2/app/blobs/uploads/1?_state=x, WRITE",
        "PUT, /v2/app/manifests/v1, WRITE",
        "DELETE, /v2/app/blobs/uploads/1, WRITE",
        "POST, /oauth2/exchange, TOKENS",
        "POST, /oauth2/token, TOKENS",
        "GET, /oauth2/token?service=a&scope=b, TOKENS",
        "GET, /service/token, TOKENS"
    })
    void is_known_by_method_and_path(String method, String target, RequestClass expected) {
        assertThat(RequestClass.of(HttpRequest.of(method, URI.create("https://a.azurecr.io" + target))))
                .isEqualTo(expected);
    }
}
