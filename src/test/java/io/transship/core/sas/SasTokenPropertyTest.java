package io.transship.core.sas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random tokens; the seed is the argument of the test, so a failure names it. Run one again with -Dtransship.seed=n. */
class SasTokenPropertyTest {

    private static final int TOKENS = 200;

    static LongStream seeds() {
        Long chosen = Long.getLong("transship.seed");
        return chosen != null ? LongStream.of(chosen) : new Random().longs(5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsPrintedIsReadAsTheSameParameters(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < TOKENS; i++) {
            Map<String, String> parameters = parameters(random);

            SasToken token = SasToken.parse(text(parameters, random));

            assertThat(token.parameters()).containsExactlyInAnyOrderEntriesOf(parameters);
            assertThat(SasToken.parse(token.toQuery())).isEqualTo(token);
            assertThat(token.toQuery())
                    .isEqualTo(SasToken.parse(token.toQuery()).toQuery());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neitherTextNorProblemsHoldTheSignature(long seed) {
        Random random = new Random(seed);
        SasValidator validator = new SasValidator(Clock.systemUTC());
        for (int i = 0; i < TOKENS; i++) {
            Map<String, String> parameters = parameters(random);
            String signature = Objects.requireNonNull(parameters.get("sig"));
            SasToken token = SasToken.parse(text(parameters, random));

            List<SasProblem> problems =
                    validator.validate(token, SasRequirements.EXPORT, new SasTarget("account", "container"));

            for (String shown : List.of(token.toString(), problems.toString(), json(token), json(problems))) {
                assertThat(shown).doesNotContain(signature, encode(signature));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsSaidOfABrokenTextHoldsNoPartOfTheSignature(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < TOKENS; i++) {
            Map<String, String> parameters = parameters(random);
            String signature = Objects.requireNonNull(parameters.get("sig"));
            String broken = broken(text(parameters, random), random);
            try {
                assertThat(SasToken.parse(broken).toString()).doesNotContain(signature.substring(0, 8));
            } catch (InvalidSasException e) {
                refused++;
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                for (int from = 0; from + 6 <= signature.length(); from++) {
                    assertThat(trace.toString()).doesNotContain(signature.substring(from, from + 6));
                }
            }
        }
        assertThat(refused).isPositive();
    }

    private static String broken(String text, Random random) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(5)) {
            case 0 -> text.substring(at);
            case 1 -> text.substring(0, at);
            case 2 -> text.substring(0, at) + "&%zz\" =!".charAt(random.nextInt(7)) + text.substring(at);
            case 3 -> text.replace("&", "&amp;");
            default -> text.replace("=", "");
        };
    }

    private static String json(Object value) {
        try {
            return JsonMapper.builder()
                    .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                    .build()
                    .writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> parameters(Random random) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("sv", "20%02d-11-04".formatted(random.nextInt(12, 27)));
        parameters.put("sp", some("racwdxyltfmei", random));
        parameters.put(
                "se", Instant.ofEpochSecond(random.nextLong(4_000_000_000L)).toString());
        if (random.nextBoolean()) {
            parameters.put(
                    "st", Instant.ofEpochSecond(random.nextLong(4_000_000_000L)).toString());
        }
        if (random.nextBoolean()) {
            parameters.put("ss", some("bfqt", random));
            parameters.put("srt", some("sco", random));
        } else {
            parameters.put("sr", some("cbd", random));
            if (random.nextBoolean()) {
                parameters.putAll(Map.of("skoid", "o", "sktid", "t", "skt", "2026-01-01", "ske", "2026-01-07"));
                parameters.putAll(Map.of("sks", "b", "skv", "2024-11-04"));
            }
            if (random.nextBoolean()) {
                parameters.put("si", "policy");
            }
        }
        if (random.nextBoolean()) {
            parameters.put("sip", "10.0.0.1-10.0.0.9");
            parameters.put("spr", random.nextBoolean() ? "https" : "https,http");
        }
        if (random.nextBoolean()) {
            parameters.put("rscd", "attachment; filename=\"é %&=+?#\u20ac.tar\"");
        }
        byte[] signature = new byte[32];
        random.nextBytes(signature);
        parameters.put("sig", Base64.getEncoder().encodeToString(signature));
        return parameters;
    }

    private static String some(String letters, Random random) {
        String chosen = letters.chars()
                .filter(letter -> random.nextBoolean())
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        return chosen.isEmpty() ? letters : chosen;
    }

    private static String text(Map<String, String> parameters, Random random) {
        List<Map.Entry<String, String>> shuffled = new ArrayList<>(parameters.entrySet());
        Collections.shuffle(shuffled, random);
        return (random.nextBoolean() ? "?" : "")
                + shuffled.stream()
                        .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
