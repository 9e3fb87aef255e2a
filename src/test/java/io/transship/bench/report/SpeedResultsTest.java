package io.transship.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.bench.machine.Stage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class SpeedResultsTest {

    private final List<Measurement> measured = new ArrayList<>();

    @Test
    void aRatioIsTheMedianOfTheRatiosRoundByRound() {
        rounds("Transship", Leg.EXPORT, 1, 5, 2);
        rounds("skopeo", Leg.EXPORT, 2, 50, 8);
        // 0.5, 0.1, 0.25; the ratio of the medians would be 0.25 too if the rounds did not belong together.
        assertThat(ratio("skopeo")).contains(0.25);
        rounds("crane", Leg.EXPORT, 10, 5, 4);
        assertThat(ratio("crane")).contains(0.5);
    }

    @Test
    void roundsThatOneOfThemLacksDoNotCount() {
        rounds("Transship", Leg.EXPORT, 1, 5, 2);
        rounds("skopeo", Leg.EXPORT, 2);
        assertThat(ratio("skopeo")).contains(0.5);
        assertThat(ratio("crane")).isEmpty();
    }

    @Test
    void theBestPeerIsTheOneWithTheLeastMedianAndNeverTheFloor() {
        rounds("Transship", Leg.EXPORT, 1, 1, 1);
        rounds("floor", Leg.EXPORT, 0.5, 0.5, 0.5);
        rounds("skopeo", Leg.EXPORT, 1, 9, 9);
        rounds("crane", Leg.EXPORT, 3, 4, 5);
        assertThat(results().bestPeer("A", Leg.EXPORT)).contains("crane");
        assertThat(results().bestPeer("A", Leg.IMPORT)).isEmpty();
        assertThat(results().contenders("A", Leg.EXPORT)).containsExactly("Transship", "floor", "crane", "skopeo");
    }

    @Test
    void aLegIsTheSumOfItsStagesAndItsMemoryIsThatOfTheLargest() {
        Measurement one = new Measurement(
                "A",
                Leg.EXPORT,
                "skopeo",
                1,
                List.of(
                        new Stage("skopeo", 2, 1, 30 << 20, 5 << 20, 0),
                        new Stage("azcopy", 3, 0.5, 100 << 20, 1 << 20, 0.4)));
        assertThat(one.wall()).isEqualTo(5);
        assertThat(one.wallOf("azcopy")).isEqualTo(3);
        assertThat(one.cpu()).isEqualTo(1.5);
        assertThat(one.peakMebibytes()).isEqualTo(100);
        assertThat(one.writtenMebibytes()).isEqualTo(6);
        assertThat(one.isNoisy()).isFalse();
    }

    @Test
    void aRoundInWhichOthersWorkedMuchIsNoisy() {
        assertThat(measurement("skopeo", Leg.EXPORT, 1, 10, 1.1).isNoisy()).isTrue();
        assertThat(measurement("skopeo", Leg.EXPORT, 1, 10, 0.9).isNoisy()).isFalse();
    }

    @Test
    void whatMustHoldIsMetMissedOrNotMeasured() {
        rounds("Transship", Leg.EXPORT, 1, 1, 1);
        rounds("Transship", Leg.SECOND_EXPORT, 0.05, 0.05, 0.05);
        rounds("skopeo", Leg.EXPORT, 1.5, 1.5, 1.5);
        Map<String, Bar> bars = new HashMap<>();
        Bar.of("A", results()).forEach(bar -> bars.put(bar.what(), bar));
        assertThat(bars.get("A export: wall to the best peer (skopeo)"))
                .hasToString("| A export: wall to the best peer (skopeo) | 0.50 | 0.67 | **no** |");
        assertThat(bars.get("A second export: wall to the first"))
                .hasToString("| A second export: wall to the first | 0.10 | 0.05 | yes |");
        assertThat(bars.get("A import: wall to the floor"))
                .hasToString("| A import: wall to the floor | 1.30 | - | not measured |");
    }

    @Test
    void theChartIsXmlWithABarForEach(@TempDir Path directory) throws IOException {
        rounds("Transship", Leg.EXPORT, 1, 1, 1);
        rounds("skopeo", Leg.EXPORT, 2, 3, 4);
        SpeedChart.write(directory.resolve("speed.svg"), results());
        String svg = Files.readString(directory.resolve("speed.svg"));
        assertThat(svg).containsPattern("<rect class='ours'[^>]*width='\\d").contains("<rect class='other'", ">3.00<");
        assertThat(parsed(svg)).isEqualTo("svg");
    }

    private static String parsed(String xml) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)))
                    .getDocumentElement()
                    .getTagName();
        } catch (Exception e) {
            throw new AssertionError("not XML: " + xml, e);
        }
    }

    private Optional<Double> ratio(String other) {
        return results().ratio("A", Leg.EXPORT, other, Measurement::wall);
    }

    private SpeedResults results() {
        return new SpeedResults(measured);
    }

    private void rounds(String who, Leg leg, double... walls) {
        for (int round = 1; round <= walls.length; round++) {
            measured.add(measurement(who, leg, round, walls[round - 1], 0));
        }
    }

    private static Measurement measurement(String who, Leg leg, int round, double wall, double other) {
        return new Measurement("A", leg, who, round, List.of(new Stage(who, wall, 1, 1, 0, other)));
    }
}
