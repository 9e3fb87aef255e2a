package io.transship.azure.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.identity.ChainedTokenCredential;
import com.azure.identity.CredentialUnavailableException;
import com.azure.identity.ManagedIdentityCredential;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AzureIdentitiesTest {

    @Test
    void isNothingButManagedIdentityInAzure() {
        AzureIdentities azure = new AzureIdentities(Map.of("IDENTITY_ENDPOINT", "http://127.0.0.1:1/token"));

        assertThat(azure.credential(Optional.empty())).isInstanceOf(ManagedIdentityCredential.class);
        assertThat(azure.credential(Optional.of("client"))).isSameAs(azure.credential(Optional.of("client")));
        assertThat(azure.credential(Optional.of("client"))).isNotSameAs(azure.credential(Optional.empty()));
    }

    @Test
    void isWhateverTheDeveloperIsElsewhere() {
        assertThat(new AzureIdentities(Map.of()).credential(Optional.empty()))
                .isInstanceOf(ChainedTokenCredential.class);
    }

    @Test
    void givesTokensForScope() throws IOException {
        AzureIdentities identities = new AzureIdentities(clientId -> request -> Mono.just(new AccessToken(
                clientId.orElse("system") + " " + request.getScopes(),
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1))));

        assertThat(identities.tokens(Optional.of("client")).accessToken("scope/.default"))
                .isEqualTo("client [scope/.default]");
    }

    @Test
    void saysWhichIdentityHasNoToken() {
        AzureIdentities identities = new AzureIdentities(
                clientId -> request -> Mono.error(new CredentialUnavailableException("no endpoint\nsecret=hush")));

        assertThatThrownBy(() -> identities.tokens(Optional.empty()).accessToken("scope/.default"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("system-assigned identity got no token for 'scope/.default': no endpoint;")
                .hasMessageNotContaining("hush");
    }
}
