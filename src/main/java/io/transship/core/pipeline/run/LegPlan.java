package io.transship.core.pipeline.run;

import io.transship.core.transfer.TransferSettings;

/**
 * What planning a leg decided, small enough to be kept with the run. The plan itself is a document beside it.
 *
 * @param settings those the plan was cut with, whatever the app's are by now
 * @param slices how many slices there are to move
 * @param bytes how many bytes there are to move at most
 * @param contents how many contents the archive holds, manifests included
 * @param artifacts how many artifacts it holds, by their names
 */
public record LegPlan(TransferSettings settings, int slices, long bytes, int contents, int artifacts) {}
