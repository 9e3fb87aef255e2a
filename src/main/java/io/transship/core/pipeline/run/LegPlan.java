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
 * @param present whether all of it was at the target already, so that nothing is moved
 */
public record LegPlan(TransferSettings settings, int slices, long bytes, int contents, int artifacts, boolean present) {

    /** A plan of which something is to be moved. */
    public LegPlan(TransferSettings settings, int slices, long bytes, int contents, int artifacts) {
        this(settings, slices, bytes, contents, artifacts, false);
    }

    /** The same, if all of it is at the target. */
    public LegPlan withPresent(boolean found) {
        return new LegPlan(settings, slices, bytes, contents, artifacts, found);
    }
}
