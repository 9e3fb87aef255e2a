package io.transship.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.oci.Manifest;
import io.transship.core.oci.TestArtifacts;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class InMemoryRegistryTest extends RepositoryContract {

    private final InMemoryRegistry registry = new InMemoryRegistry();

    @Override
    Registry registry() {
        return registry;
    }

    @Test
    void seedsAWholeGraphWithoutCountingIt() throws IOException {
        TestArtifacts artifacts = new TestArtifacts(2);
        Manifest index = artifacts.index(artifacts.image(10, 20), artifacts.image(30));

        registry.seed("samples/app", "v1", index, artifacts);

        assertThat(registry.repository("samples/app").manifest("v1")).isEqualTo(index);
        assertThat(registry.uploads()).isZero();
        assertThat(registry.manifestPuts()).isZero();
    }
}
