package io.transship.functions.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import io.transship.functions.settings.AppSettings;
import io.transship.local.functions.app.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArmTriggerTest {

    private static final HttpRequest<Optional<String>> REQUEST = new HttpRequest<>(
            HttpMethod.PUT,
            URI.create("https://app.example.net/api/x?code=key"),
            Map.of("x-ms-client-principal-name", "ada@example.com"),
            Map.of(),
            Optional.of("{}"));

    @ParameterizedTest
    @CsvSource({"True,ada@example.com", "False,", ",", "yes,"})
    void believesWhoACallerIsOnlyWhereThePlatformChecksIt(String enabled, String caller) {
        ArmTrigger trigger =
                new ArmTrigger(AppSettings.of(enabled == null ? Map.of() : Map.of("WEBSITE_AUTH_ENABLED", enabled)));
        AtomicReference<ArmRequest> seen = new AtomicReference<>();

        trigger.answer(REQUEST, request -> {
            seen.set(request);
            return ArmAnswer.of(200, Json.object());
        });

        assertThat(seen.get().caller()).isEqualTo(Optional.ofNullable(caller));
        assertThat(seen.get()).hasToString("PUT /api/x");
    }

    @Test
    void answersWithStatusHeadersAndBody() {
        HttpResponseMessage response = new ArmTrigger(AppSettings.of(Map.of()))
                .answer(
                        REQUEST,
                        request -> ArmAnswer.of(201, Json.object().put("a", 1)).with("ETag", "1"));

        assertThat(response.getStatusCode()).isEqualTo(201);
        assertThat(response.getHeader("ETag")).isEqualTo("1");
        assertThat(response.getHeader("Content-Type")).startsWith("application/json");
        assertThat(response.getBody()).isEqualTo("{\"a\":1}");
    }

    @Test
    void saysThatTheServiceIsAwayWhenItsStorageIs() {
        HttpResponseMessage response = new ArmTrigger(AppSettings.of(Map.of())).answer(REQUEST, request -> {
            throw new IOException("cannot read run 'x': the storage account is away");
        });

        assertThat(response.getStatusCode()).isEqualTo(503);
        assertThat(response.getBody().toString())
                .contains("\"code\":\"ServiceUnavailable\"", "the storage account is away");
    }
}
