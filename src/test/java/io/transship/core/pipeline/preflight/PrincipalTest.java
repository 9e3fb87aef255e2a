package io.transship.core.pipeline.preflight;

import static io.transship.core.pipeline.preflight.PreflightWorld.jwt;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalTest {

    @Test
    void readsWhomATokenSpeaksOf() {
        assertThat(Principal.of(jwt("{\"oid\":\"o-1\",\"appid\":\"a-1\",\"tid\":\"t-1\",\"x\":1}")))
                .contains(new Principal("o-1", "a-1", "t-1", Principal.Type.SERVICE_PRINCIPAL));
        assertThat(Principal.of(jwt("{\"oid\":\"o-1\",\"azp\":\"a-1\",\"scp\":\"user_impersonation\"}")))
                .contains(new Principal("o-1", "a-1", "", Principal.Type.USER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[]", "no json", "{\"oid\":1e9}", "{\"oid\":\"x --role Owner\"}", "{\"oid\":\"$(id)\"}"})
    void takesNothingForAnObjectIdThatIsNone(String claims) {
        assertThat(Principal.of(jwt(claims))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "opaque", "a.b", "a.!!.c", "a..c"})
    void readsNothingFromATokenOfAnotherForm(String token) {
        assertThat(Principal.of(token)).isEmpty();
    }
}
