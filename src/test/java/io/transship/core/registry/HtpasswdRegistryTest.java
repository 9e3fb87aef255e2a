package io.transship.core.registry;

import static io.transship.core.registry.RegistryFailuresTest.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.registry.RegistryException.Kind;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import io.transship.core.registry.auth.RegistryCredential.Basic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtpasswdRegistryTest {

    /** The password "example" for the user "reader", at the lowest cost bcrypt knows. */
    private static final String LOGIN = "reader:$2y$04$00HoWhVGrMnLRsm60xbn2e/18zpuA453.0d5VB.OodMVhIcvdtfxK";

    @Test
    void letsInWhoKnowsThePassword(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("htpasswd"), LOGIN + "\n");
        String authentication = "auth: {htpasswd: {realm: test, path: '%s'}}".formatted(file);
        try (DockerRegistry server = DockerRegistry.start(directory, authentication);
                Registry right = client(server, new Basic("reader", () -> "example"));
                Registry wrong = client(server, new Basic("reader", () -> "guess"));
                Registry nobody = client(server, new Anonymous())) {
            assertThat(right.catalog()).isEmpty();
            right.login();
            right.repository("app").checkPush();
            assertFailure(Kind.UNAUTHORIZED, wrong::login).withMessageContaining("logging in failed");
            assertFailure(Kind.UNAUTHORIZED, () -> wrong.repository("app").checkPush())
                    .withMessageContaining("beginning an upload to 'app'");
            assertFailure(Kind.UNAUTHORIZED, wrong::catalog).withMessageContaining("check the user name and password");
            assertFailure(Kind.UNAUTHORIZED, nobody::catalog).withMessageContaining("user name and a password");
        }
    }

    private static Registry client(DockerRegistry server, RegistryCredential credential) {
        return new RegistryClient(RegistrySettings.of(server.address(), credential));
    }
}
