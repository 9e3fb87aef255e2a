package io.transship.azure.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.identity.CredentialUnavailableException;
import org.junit.jupiter.api.Test;

class TokenFailureTest {

    @Test
    void keepsEachReasonOfAChainOnceAndLeavesTheAdviceOut() {
        CredentialUnavailableException chain = new CredentialUnavailableException("""
                EnvironmentCredential authentication unavailable. Environment variables are not fully configured.To mitigate this issue, please refer to the troubleshooting guidelines here at https://aka.ms/azsdk/java/identity/environmentcredential/troubleshoot
                WorkloadIdentityCredential authentication unavailable. The workload options are not fully configured. See the troubleshooting guide for more information. https://aka.ms/azsdk/java/identity/workloadidentitycredential/troubleshoot

                Azure CLI not installed.To mitigate this issue, please refer to the troubleshooting guidelines here
                Azure CLI not installed.
                """);

        assertThat(TokenFailure.reasons(chain))
                .isEqualTo(
                        "EnvironmentCredential authentication unavailable. Environment variables are not fully configured.; "
                                + "WorkloadIdentityCredential authentication unavailable. The workload options are not fully configured.; "
                                + "Azure CLI not installed.");
    }

    @Test
    void keepsTheErrorOfEntraWithoutNumbersForItsSupportAndWithoutSecrets() {
        IllegalStateException refused = new IllegalStateException(
                "AADSTS700213: No matching federated identity record found for presented assertion subject 'x'. Trace ID: 1-2 Correlation ID: 3-4 Timestamp: 2026-01-01\\nclient_secret=hush");

        assertThat(TokenFailure.reasons(refused))
                .startsWith(
                        "AADSTS700213: No matching federated identity record found for presented assertion subject 'x'.")
                .doesNotContain("Trace ID", "hush");
    }

    @Test
    void isTheNameOfTheFailureIfItSaysNothing() {
        assertThat(TokenFailure.reasons(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
