package io.transship.telemetry;

import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;

/**
 * The app's metrics. Their attributes have few values: a pipeline's name, never a run's.
 *
 * @see <a href="https://ucum.org/ucum">UCUM, the units</a>
 */
final class Meters {

    final LongCounter bytes;
    final LongCounter artifacts;
    final LongCounter runs;
    final LongCounter retries;
    final LongCounter rotations;
    final LongCounter findings;
    final LongCounter poisoned;
    final DoubleHistogram stepDuration;
    final DoubleHistogram runDuration;
    final DoubleHistogram queueAge;
    final DoubleHistogram importDelay;
    final DoubleGauge sasDays;

    Meters(Meter meter) {
        bytes = counter(meter, "transship.bytes", "By", "Bytes that reached their target, or were there before");
        artifacts = counter(meter, "transship.artifacts", "{artifact}", "Artifacts of runs that ended");
        runs = counter(meter, "transship.runs", "{run}", "Runs that ended");
        retries = counter(meter, "transship.retries", "{retry}", "Exchanges with a server that are tried again");
        rotations = counter(meter, "transship.sas.rotations", "{rotation}", "What became of SAS that are rotated");
        findings = counter(meter, "transship.sweep.findings", "{finding}", "What the sweep found");
        poisoned = counter(meter, "transship.steps.poisoned", "{step}", "Steps that were given up");
        stepDuration = histogram(meter, "transship.step.duration", "One execution of a step");
        runDuration = histogram(meter, "transship.run.duration", "From being asked for to the end");
        queueAge = histogram(meter, "transship.queue.age", "From being enqueued to being executed");
        importDelay =
                histogram(meter, "transship.import.delay", "From an archive's arrival to the start of its import");
        sasDays = meter.gaugeBuilder("transship.sas.days")
                .setUnit("d")
                .setDescription("Days until the SAS in a secret ends")
                .build();
    }

    private static LongCounter counter(Meter meter, String name, String unit, String description) {
        return meter.counterBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .build();
    }

    private static DoubleHistogram histogram(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .setUnit("s")
                .setDescription(description)
                .build();
    }
}
