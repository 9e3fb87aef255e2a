package io.transship.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeedOptionsTest {

    @Test
    void withoutOptionsEverySetIsMovedInFullByWhoIsInstalled() {
        SpeedOptions options = parse();
        assertThat(options.sets()).containsExactly("A", "B", "C", "D", "E");
        assertThat(options.scale()).isEqualTo(1);
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.latency()).isZero();
        assertThat(options.blob()).isEqualTo(SpeedOptions.Blob.SINK);
        assertThat(options.peers()).containsExactly("skopeo");
        assertThat(options.floor()).isFalse();
    }

    @Test
    void everyOptionIsRead() {
        SpeedOptions options = parse(
                "--sets",
                "C,A",
                "--scale",
                "0.1",
                "--rounds",
                "3",
                "--latency",
                "20",
                "--blob",
                "azurite",
                "--store",
                "disk",
                "--peers",
                "oras,crane",
                "--floor",
                "--leg",
                "import");
        assertThat(options)
                .isEqualTo(new SpeedOptions(
                        options.sets(),
                        0.1,
                        3,
                        Duration.ofMillis(20),
                        SpeedOptions.Blob.AZURITE,
                        SpeedOptions.Store.DISK,
                        options.peers(),
                        true,
                        SpeedOptions.ProfiledLeg.IMPORT));
        assertThat(options.sets()).containsExactly("C", "A");
        assertThat(options.peers()).containsExactly("oras", "crane");
    }

    @Test
    void noPeerCanBeWanted() {
        assertThat(parse("--peers", "none").peers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --fast            | '--fast' is not an option; see ./dev bench help
                    100               | '100' is not an option; see ./dev bench help
                    --rounds          | option '--rounds' needs a value
                    --rounds 0        | option '--rounds' is '0': expected a whole number of at least 1
                    --scale big       | option '--scale' is 'big': expected a number above 0 and at most 100
                    --sets A,F        | option '--sets' is 'A,F': expected a list of A,B,C,D,E
                    --peers docker    | option '--peers' is 'docker': expected a list of skopeo,crane,oras
                    --blob s3         | option '--blob' is 's3': expected sink or azurite
                    --latency -1      | option '--latency' is '-1': expected a whole number of at least 0
                    """)
    void whatIsNotKnownIsRefusedWithWhatWouldBe(String line, String message) {
        assertThatThrownBy(() -> parse(line.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static SpeedOptions parse(String... arguments) {
        return SpeedOptions.parse(List.of(arguments), List.of("skopeo"));
    }
}
