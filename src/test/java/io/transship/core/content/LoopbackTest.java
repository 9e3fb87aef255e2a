package io.transship.core.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTest {

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.10.20.30", "[::1]"})
    void knowsThisMachine(String host) {
        assertThat(Loopback.isHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "127.example.com", "127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "127.1"})
    void takesNoOtherHostForThisMachine(String host) {
        assertThat(Loopback.isHost(host)).isFalse();
    }
}
