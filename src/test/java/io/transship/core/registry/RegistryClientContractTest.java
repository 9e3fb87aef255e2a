package io.transship.core.registry;

import io.transship.core.registry.auth.RegistryCredential;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real registry. */
class RegistryClientContractTest extends RepositoryContract {

    @TempDir
    private static Path directory;

    private static DockerRegistry server;
    private static Registry client;

    @BeforeAll
    static void start() throws IOException {
        server = DockerRegistry.start(directory, "");
        client = new RegistryClient(RegistrySettings.of(server.address(), new RegistryCredential.Anonymous()));
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    Registry registry() {
        return client;
    }
}
