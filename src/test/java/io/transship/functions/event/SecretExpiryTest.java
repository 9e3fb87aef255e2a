package io.transship.functions.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.storage.SecretUri;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretExpiryTest {

    private static final String DATA = """
            "data":{"Id":"https://contoso.vault.azure.net/secrets/export-sas/ee059b2bb5bc48398a53b168c6cdcb10",
                    "VaultName":"contoso","ObjectType":"Secret","ObjectName":"export-sas",
                    "Version":"ee059b2bb5bc48398a53b168c6cdcb10","NBF":null,"EXP":1773748800}""";
    private static final SecretUri SECRET =
            SecretUri.parse("https://contoso.vault.azure.net/secrets/export-sas/ee059b2bb5bc48398a53b168c6cdcb10");

    @ParameterizedTest
    @ValueSource(strings = {"Microsoft.KeyVault.SecretNearExpiry", "Microsoft.KeyVault.SecretExpired"})
    void readsEventGridsSchema(String type) {
        SecretExpiry expiry = SecretExpiry.parse("""
                {"id":"1","topic":"/subscriptions/s","subject":"export-sas","eventType":"%s",
                 "eventTime":"2026-03-10T12:00:00Z","dataVersion":"1","metadataVersion":"1",%s}""".formatted(type, DATA));

        assertThat(expiry.type()).isEqualTo(type);
        assertThat(expiry.secret()).contains(SECRET);
    }

    @Test
    void readsCloudEvents() {
        SecretExpiry expiry = SecretExpiry.parse("""
                {"specversion":"1.0","id":"1","source":"/subscriptions/s","subject":"export-sas",
                 "type":"Microsoft.KeyVault.SecretNearExpiry","time":"2026-03-10T12:00:00Z",%s}""".formatted(DATA));

        assertThat(expiry.secret()).contains(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Microsoft.KeyVault.SecretNewVersionCreated",
                "Microsoft.KeyVault.KeyNearExpiry",
                "Something.Else"
            })
    void letsEventsOfOtherTypesThroughToBeIgnored(String type) {
        assertThat(SecretExpiry.parse("{\"eventType\":\"%s\",\"data\":{}}".formatted(type)))
                .isEqualTo(new SecretExpiry(type, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "{}",
                "{\"eventType\":\"Microsoft.KeyVault.SecretNearExpiry\"}",
                "{\"eventType\":\"Microsoft.KeyVault.SecretNearExpiry\",\"data\":{\"Id\":\"https://v.vault.azure.net/keys/k\"}}"
            })
    void refusesWhatNamesNoSecret(String event) {
        assertThatThrownBy(() -> SecretExpiry.parse(event)).isInstanceOf(IllegalArgumentException.class);
    }
}
