package io.transship.azure.state;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.request.RunReports;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.RunJson;
import java.io.IOException;

/** Reports as documents in a container of the app's own storage account, which is made at first use. Thread-safe. */
public final class AzureRunReports implements RunReports {

    private static final String NAME = "report.json";

    private final RunBlobs documents;

    /** By the name of the container; makes no request. */
    public AzureRunReports(StorageConnection storage, String container) {
        this.documents = new RunBlobs(storage, container);
    }

    @Override
    public void keep(RunView view) throws IOException {
        documents.keep(view.run().execution(), NAME, RunJson.write(view));
    }

    @Override
    public void deleteAll(ResourceId run) throws IOException {
        documents.deleteAll(run);
    }
}
