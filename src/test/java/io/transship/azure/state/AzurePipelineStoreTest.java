package io.transship.azure.state;

import io.transship.azure.identity.AzureIdentities;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.cloud.FederatedIdentities;
import io.transship.core.pipeline.definition.PipelineStore;
import io.transship.core.pipeline.definition.PipelineStoreContract;
import io.transship.local.AzuriteServer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store of pipelines on a real storage service. */
class AzurePipelineStoreTest extends PipelineStoreContract {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static AzuriteServer azurite;

    @BeforeAll
    static void start() throws IOException {
        azurite = AzuriteServer.start(AzuriteServer.Options.of("app"));
    }

    @AfterAll
    static void stop() {
        azurite.close();
    }

    @Override
    protected PipelineStore emptyStore() {
        StorageConnection storage = StorageConnection.of(
                Map.of(StorageConnection.HOST_STORAGE, azurite.connectionString("app")),
                StorageConnection.HOST_STORAGE,
                new AzureIdentities(Map.of(), CloudEndpoints.AZURE_PUBLIC, FederatedIdentities.NONE));
        return new AzurePipelineStore(storage, "pipelines" + COUNT.incrementAndGet());
    }
}
