package io.transship.functions.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.transfer.SetClock;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Health is what can be reached, said to everybody in one word and to operators in full. */
class HealthTest {

    private static final Health.Limits LIMITS = new Health.Limits(Duration.ofMillis(50), Duration.ofSeconds(5));
    private static final Health.Facts FACTS =
            new Health.Facts("1.2.3", List.of("TRANSSHIP_X is wrong"), List.of("slow"));

    private final SetClock clock = new SetClock(Instant.parse("2026-03-01T12:00:00Z"));

    private Health health(Map<String, Health.Probe> probes, Health.Limits limits) {
        return new Health(probes, FACTS, clock, limits);
    }

    private static JsonNode json(ArmAnswer answer) {
        return Json.parse(answer.body());
    }

    @Test
    void whatReachesItsStorageIsHealthyWhateverItsSettingsAre() {
        Health health = health(Map.of("table storage", () -> {}), Health.Limits.STANDARD);

        assertThat(health.status().status()).isEqualTo(200);
        assertThat(health.status().body()).isEqualTo("{\"status\":\"Healthy\"}");
        JsonNode details = json(health.details(List.of("a secret")));
        assertThat(details.at("/version").asText()).isEqualTo("1.2.3");
        assertThat(details.at("/checks/0/verdict").asText()).isEqualTo("Passed");
        assertThat(details.at("/settingsProblems/0").asText()).isEqualTo("TRANSSHIP_X is wrong");
        assertThat(details.at("/warnings/0").asText()).isEqualTo("slow");
        assertThat(details.at("/rotationFailures/0").asText()).isEqualTo("a secret");
    }

    @Test
    void everybodyHearsThatItIsUnhealthyAndOnlyOperatorsWhy() {
        Health health = health(
                Map.of("queue storage", () -> {}, "table storage", () -> {
                    throw new IOException("https://a.table.core.windows.net/?sig=secret refused");
                }),
                Health.Limits.STANDARD);

        assertThat(health.status().status()).isEqualTo(503);
        assertThat(health.status().body()).isEqualTo("{\"status\":\"Unhealthy\"}");
        JsonNode details = json(health.details(List.of("a secret")));
        assertThat(details.at("/checks/0/verdict").asText()).isEqualTo("Passed");
        assertThat(details.at("/checks/1/message").asText()).contains("refused").doesNotContain("secret");
    }

    @Test
    void whatDoesNotAnswerIsUnhealthyAndNobodyWaitsForIt() {
        CountDownLatch never = new CountDownLatch(1);
        Health health = health(
                Map.of("blob storage", () -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }),
                LIMITS);

        assertThat(health.status().status()).isEqualTo(503);
        assertThat(json(health.details(List.of("a secret")))
                        .at("/checks/0/message")
                        .asText())
                .contains("did not answer within 50 ms");
    }

    @Test
    void whoAsksOftenDoesNotLetItLookOften() {
        AtomicInteger looks = new AtomicInteger();
        AtomicBoolean well = new AtomicBoolean(true);
        Health health = health(
                Map.of("table storage", () -> {
                    looks.incrementAndGet();
                    if (!well.get()) {
                        throw new IOException("away");
                    }
                }),
                new Health.Limits(Duration.ofSeconds(20), Duration.ofSeconds(5)));

        for (int i = 0; i < 100; i++) {
            assertThat(health.status().status()).isEqualTo(200);
        }
        assertThat(looks).hasValue(1);
        well.set(false);
        clock.advance(Duration.ofSeconds(5));
        assertThat(health.status().status()).isEqualTo(503);
        assertThat(looks).hasValue(2);
    }
}
