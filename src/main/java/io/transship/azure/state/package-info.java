/**
 * What the app keeps in its own storage account: pipelines and runs in a table, documents and reports as blobs, steps in a
 * queue. Nothing here touches a container of a pipeline.
 */
@NullMarked
package io.transship.azure.state;

import org.jspecify.annotations.NullMarked;
