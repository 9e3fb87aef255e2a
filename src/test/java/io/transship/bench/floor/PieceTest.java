package io.transship.bench.floor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PieceTest {

    @Test
    void whatIsSharedHasOnePlaceAndEverythingStartsAtARecord() {
        List<Piece> pieces = Piece.parse(List.of(
                Piece.line(false, "r/one", "sha256:aa", 513, "layer", ""),
                Piece.line(true, "r/one", "sha256:bb", 512, "manifest", "v1"),
                Piece.line(false, "r/two", "sha256:aa", 513, "layer", ""),
                Piece.line(true, "r/two", "sha256:cc", 1, "manifest", "v1")));
        assertThat(pieces).extracting(Piece::offset).containsExactly(0L, 1536L, 0L, 2560L);
        assertThat(pieces).extracting(Piece::first).containsExactly(true, true, false, true);
        assertThat(pieces).extracting(Piece::reference).containsExactly("sha256:aa", "v1", "sha256:aa", "v1");
        assertThat(Piece.archiveLength(pieces)).isEqualTo(2560 + 512 + 512 + 1024);
    }
}
