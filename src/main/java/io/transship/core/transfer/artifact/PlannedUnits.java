package io.transship.core.transfer.artifact;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.content.ContentSource;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.block.BlockLayout.Unit;
import io.transship.core.transfer.block.UnitReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Reads units of a planned archive out of a registry; the small contents that share a block side by side. Thread-safe. */
final class PlannedUnits implements UnitReader {

    private static final int PARALLEL_CONTENTS = 16;

    private final ArchivePlan plan;
    private final ContentSource contents;

    PlannedUnits(ArchivePlan plan, ContentSource contents) {
        this.plan = plan;
        this.contents = contents;
    }

    @Override
    public InputStream open(Unit unit) {
        return plan.open(unit.start(), unit.end() - unit.start(), contents);
    }

    @Override
    public void read(Unit unit, byte[] buffer) throws IOException {
        List<ArchivePlan.Part> parts = plan.parts(unit.start(), unit.end());
        Fanout.map(parts, PARALLEL_CONTENTS, part -> {
            int at = (int) (part.start() - unit.start());
            int length = (int) (part.end() - part.start());
            try (InputStream in = plan.open(part.start(), length, contents)) {
                UnitReader.fill(in, buffer, at, length);
            }
            return part;
        });
    }
}
