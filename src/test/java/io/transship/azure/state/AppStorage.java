package io.transship.azure.state;

import io.transship.azure.identity.AzureIdentities;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.cloud.FederatedIdentities;
import io.transship.core.pipeline.run.PipelineRuns;
import java.util.Map;

/** The app's own storage account, for those who look at it from outside this package. */
public final class AppStorage {

    private AppStorage() {}

    /** Its runs. */
    public static PipelineRuns runs(String connectionString) {
        return new AzurePipelineRuns(
                StorageConnection.of(
                        Map.of(StorageConnection.HOST_STORAGE, connectionString),
                        StorageConnection.HOST_STORAGE,
                        new AzureIdentities(Map.of(), CloudEndpoints.AZURE_PUBLIC, FederatedIdentities.NONE)),
                "transship",
                "transship-runs");
    }
}
