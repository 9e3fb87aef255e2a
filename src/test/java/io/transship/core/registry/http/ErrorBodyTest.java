package io.transship.core.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBodyTest {

    @Test
    void readsCodesAndMessagesOnOneLine() {
        ErrorBody error = read("""
                {"errors":[{"code":"DENIED","message":"no\\nway"},{"code":"UNKNOWN"}]}""");

        assertThat(error.codes()).containsExactlyInAnyOrder("DENIED", "UNKNOWN");
        assertThat(error.detail()).isEqualTo("DENIED (no way), UNKNOWN");
    }

    @Test
    void readsAnOAuthError() {
        assertThat(read("{\"error\":\"invalid_grant\",\"error_description\":\"expired\"}")
                        .detail())
                .isEqualTo("invalid_grant expired");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<html>", "null", "[]", "17", "{\"errors\":\"text\"}", "{\"errors\":[1]}", "{\"errors\":["})
    void findsNothingInWhatIsNoError(String body) {
        assertThat(read(body).detail()).isEmpty();
    }

    @Test
    void cutsLongMessages() {
        assertThat(read("{\"errors\":[{\"code\":\"X\",\"message\":\"%s\"}]}".formatted("y".repeat(5000)))
                        .detail())
                .hasSizeLessThan(310);
    }

    private static ErrorBody read(String body) {
        return ErrorBody.read(new HttpResponse(
                400, Map.of(), new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), () -> {}));
    }
}
