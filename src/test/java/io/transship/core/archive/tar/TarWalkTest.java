package io.transship.core.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.content.RangeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TarWalkTest {

    private static final TarWalk.Limits LIMITS = new TarWalk.Limits(10, 256);

    private static List<TarWalk.Entry> walk(byte[] tar) throws IOException {
        TarWalk walk = new TarWalk(RangeSource.of(tar), LIMITS);
        List<TarWalk.Entry> entries = new ArrayList<>();
        for (Optional<TarWalk.Entry> entry = walk.next(); entry.isPresent(); entry = walk.next()) {
            entries.add(entry.get());
        }
        return entries;
    }

    private static void refuses(TarBytes tar, String entry, long offset, String message) {
        assertThatThrownBy(() -> walk(tar.finished()))
                .isInstanceOf(TarFormatException.class)
                .hasMessageStartingWith("entry '%s' at offset %,d: ".formatted(entry, offset))
                .hasMessageContaining(message);
    }

    @Test
    void findsFilesAndSkipsDirectories() throws IOException {
        TarBytes tar = new TarBytes()
                .header("./", '5', "00000000000")
                .file("./a", "12345")
                .header("b/", '\0', "00000000000")
                .header("c", '\0', "0000000001 ")
                .data(new byte[1]);
        assertThat(walk(tar.finished()))
                .containsExactly(new TarWalk.Entry("a", 512, 1024, 5), new TarWalk.Entry("c", 2048, 2560, 1));
    }

    @Test
    void readsPaxAndGnuExtensions() throws IOException {
        String longName = "d/".repeat(60) + "e";
        TarBytes tar = new TarBytes()
                .header("pax_global_header", 'g', "00000000014")
                .data("12 comment=\n".getBytes(StandardCharsets.UTF_8));
        tar.pax("path=" + longName, "size=3", "mtime=1.5")
                .header("short", '0', "00000000000")
                .data(new byte[3])
                .header("././@LongLink", 'L', "%011o".formatted(longName.length() + 2))
                .data((longName + "f\0").getBytes(StandardCharsets.UTF_8))
                .header("short", '0', new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7})
                .data(new byte[7]);
        assertThat(walk(tar.finished()))
                .containsExactly(
                        new TarWalk.Entry(longName, 0, 2560, 3), new TarWalk.Entry(longName + "f", 3072, 4608, 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../a", "a/../b", "a/..", "..", "./../a", "a\\b", "a\nb"})
    void refusesEscapingNames(String name) {
        refuses(
                new TarBytes().file("ok", "x").file(name, "x"),
                TarFormatException.printable(name),
                1024,
                "leads out of the archive");
    }

    @Test
    void refusesEscapingNamesInExtensions() {
        refuses(new TarBytes().pax("path=../a").file("ok", "x"), "../a", 1024, "leads out of the archive");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        String name = "n".repeat(257);
        refuses(new TarBytes().pax("path=" + name).file("ok", "x"), name, 1024, "more than 256 characters");
    }

    @Test
    void refusesDuplicates() {
        refuses(new TarBytes().file("a", "x").file("./a", "y"), "./a", 1024, "two entries of the name 'a'");
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6', 'K', 'S', 'V', 'Z'})
    void refusesWhatIsNoFile(char type) {
        refuses(new TarBytes().file("a", "x").header("bad", type, "00000000000"), "bad", 1024, "it");
    }

    @Test
    void refusesWrongChecksum() {
        byte[] tar = new TarBytes().file("a", "x").file("b", "x").finished();
        tar[1024 + 130] ^= 1;
        assertThatThrownBy(() -> walk(tar))
                .isInstanceOf(TarFormatException.class)
                .hasMessageStartingWith("entry 'b' at offset 1,024: the checksum of its header is wrong");
    }

    @Test
    void refusesSizesThatRunPastTheEnd() {
        refuses(new TarBytes().header("a", '0', "00000010000"), "a", 0, "it is truncated");
        refuses(new TarBytes().header("a", '0', "77777777777"), "a", 0, "it is truncated");
        refuses(new TarBytes().pax("size=999999999999999999").header("a", '0', "00000000000"), "a", 1024, "truncated");
        refuses(new TarBytes().header("x", 'x', "00000010000"), "x", 0, "it is truncated");
        byte[] largest = new byte[12];
        Arrays.fill(largest, (byte) 0xff);
        largest[0] = (byte) 0x80;
        Arrays.fill(largest, 1, 4, (byte) 0);
        largest[4] = 0x7f;
        refuses(new TarBytes().header("a", '0', largest), "a", 0, "it is truncated");
    }

    @Test
    void refusesSizesThatAreNone() {
        byte[] negative = new byte[12];
        Arrays.fill(negative, (byte) 0xff);
        refuses(new TarBytes().header("a", '0', negative), "a", 0, "it is negative");
        byte[] overflow = new byte[12];
        Arrays.fill(overflow, (byte) 0xff);
        overflow[0] = (byte) 0x80;
        refuses(new TarBytes().header("a", '0', overflow), "a", 0, "larger than any file");
        refuses(new TarBytes().header("a", '0', "-0000000001"), "a", 0, "expected octal digits");
        refuses(new TarBytes().header("a", '0', "00000000009"), "a", 0, "expected octal digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"size=-1", "size=", "size=1e3", "size=9223372036854775808", "size= 1"})
    void refusesPaxSizesThatAreNone(String record) {
        refuses(new TarBytes().pax(record).file("a", "x"), "PaxHeaders/x", 0, "PAX size");
    }

    @Test
    void refusesPaxThatLies() {
        refuses(
                new TarBytes().pax("size=600").file("a", "x"),
                "a",
                1024,
                "its header says 1 bytes and its PAX header 600");
        refuses(new TarBytes().pax("path=a", "path=b").file("a", "x"), "PaxHeaders/x", 0, "gives 'path' twice");
        refuses(new TarBytes().pax("path=a").pax("path=b").file("a", "x"), "a", 1024, "two extension headers");
        refuses(new TarBytes().pax("GNU.sparse.major=1").file("a", "x"), "PaxHeaders/x", 0, "sparse");
        refuses(new TarBytes().pax("path=a"), "(end)", 1024, "not followed by its entry");
        for (String data : List.of("99 a=b\n", "x a=b\n", "6 a=b", "5 ab\n", "99999999999999999999 a=b\n", "0 a=b\n")) {
            refuses(
                    new TarBytes()
                            .header("p", 'x', "%011o".formatted(data.length()))
                            .data(data.getBytes(StandardCharsets.UTF_8)),
                    "p",
                    0,
                    "PAX record");
        }
    }

    @Test
    void refusesGlobalPath() {
        String record = "10 path=a\n";
        refuses(
                new TarBytes()
                        .header("g", 'g', "%011o".formatted(record.length()))
                        .data(record.getBytes(StandardCharsets.UTF_8)),
                "g",
                0,
                "all entries the same path");
    }

    @Test
    void refusesHugeExtensions() {
        refuses(
                new TarBytes().header("p", 'x', "%011o".formatted(70_000)).data(new byte[70_000]),
                "p",
                512,
                "at most 65,536 are allowed");
    }

    @Test
    void refusesDirectoriesWithContent() {
        refuses(new TarBytes().header("d/", '5', "00000001000").data(new byte[512]), "d/", 0, "has a size");
    }

    @Test
    void refusesMoreEntriesThanTheLimit() {
        TarBytes tar = new TarBytes();
        for (int i = 0; i < 11; i++) {
            tar.file("f" + i, "");
        }
        refuses(tar, "f10", 5120, "more than 10 entries");
    }

    @Test
    void refusesMissingEnd() throws IOException {
        byte[] tar = new TarBytes().file("a", "x").finished();
        for (int length : new int[] {1024, 1024 + 100, 1024 + 512, 1024 + 900, 600, 1000}) {
            assertThatThrownBy(() -> walk(Arrays.copyOf(tar, length)))
                    .as("length %d", length)
                    .isInstanceOf(TarFormatException.class)
                    .hasMessageContaining("truncated");
        }
        assertThat(walk(Arrays.copyOf(tar, 10240))).hasSize(1);
    }
}
