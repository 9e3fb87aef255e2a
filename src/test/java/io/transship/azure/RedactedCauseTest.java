package io.transship.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedCauseTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET https://a.blob.core.windows.net/c/b?sv=1&sp=r&sig=hush%2B failed",
                "query was sv=1&sig=hush/+=",
                "Authorization: Bearer hush.hush.hush",
                "<HeaderName>x-ms-copy-source-authorization</HeaderName><HeaderValue>Bearer hush.hush</HeaderValue>",
                "AccountName=a;AccountKey=hush==;",
                "{\"password\": \"hush\"}",
            })
    void takesSecretsOutOfTextsAndTheirCauses(String text) {
        StringWriter printed = new StringWriter();

        RedactedCause.of(new IllegalStateException("outer " + text, new IOException(text)))
                .printStackTrace(new PrintWriter(printed, true));

        assertThat(printed.toString())
                .doesNotContain("hush")
                .contains("java.lang.IllegalStateException: outer ", "java.io.IOException: ", "REDACTED");
        assertThat(RedactedCause.firstLine(new IOException(text))).doesNotContain("hush");
    }

    @Test
    void keepsWhereItWasThrown() {
        IOException original = new IOException("broken");

        assertThat(RedactedCause.of(original).getStackTrace()).isEqualTo(original.getStackTrace());
    }
}
