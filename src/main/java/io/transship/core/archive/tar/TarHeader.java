package io.transship.core.archive.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One header block of a tar, as far as an archive needs it.
 *
 * @param name prefix and name joined, not yet checked or replaced by an extension header
 * @param type the type flag
 * @param size of the data in bytes, not negative
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06">POSIX, ustar
 *     Interchange Format</a>
 */
public record TarHeader(String name, char type, long size) {

    public static final int BLOCK = 512;
    public static final char REGULAR = '0';
    public static final char PAX = 'x';

    /** The largest size that eleven octal digits can say. */
    public static final long MAX_OCTAL_SIZE = 0_77777777777L;

    private static final int NAME_LENGTH = 100;
    private static final int TYPE_OFFSET = 156;
    private static final int CHECKSUM_OFFSET = 148;

    /** The number of bytes at the next block's start. */
    public static long padded(long length) {
        return Math.addExact(length, BLOCK - 1) / BLOCK * BLOCK;
    }

    /** The length of {@link #encode} of the same. */
    public static int length(String name, long size) {
        return needsPax(name, size) ? 3 * BLOCK : BLOCK;
    }

    /**
     * The header of a regular file that says the same whoever writes it and whenever. Names over 100 characters (SHA-512)
     * and sizes from 8 GiB get a PAX header in front.
     */
    public static byte[] encode(String name, long size) {
        if (!needsPax(name, size)) {
            return block(name, REGULAR, size);
        }
        String records = (name.length() > NAME_LENGTH ? paxRecord("path", name) : "")
                + (size > MAX_OCTAL_SIZE ? paxRecord("size", Long.toString(size)) : "");
        byte[] data = records.getBytes(StandardCharsets.US_ASCII);
        byte[] header = new byte[3 * BLOCK];
        String paxName = "PaxHeaders/" + name.substring(name.lastIndexOf('/') + 1);
        System.arraycopy(block(paxName, PAX, data.length), 0, header, 0, BLOCK);
        System.arraycopy(data, 0, header, BLOCK, data.length);
        // Readers that know PAX take the size from there; zero is what they expect in place of a size that does not
        // fit.
        byte[] main = block(name, REGULAR, size > MAX_OCTAL_SIZE ? 0 : size);
        System.arraycopy(main, 0, header, 2 * BLOCK, BLOCK);
        return header;
    }

    public static boolean isZero(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }

    public static boolean hasRightChecksum(byte[] block) {
        try {
            return octal(block, CHECKSUM_OFFSET, 8) == checksum(block);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /**
     * Parses a block.
     *
     * @param offset of the block, for the message
     */
    public static TarHeader parse(byte[] block, long offset) throws TarFormatException {
        String name = text(block, 0, NAME_LENGTH);
        if (!hasRightChecksum(block)) {
            throw new TarFormatException(
                    name, offset, "the checksum of its header is wrong: the archive is damaged or truncated before it");
        }
        // Only POSIX headers have a prefix; GNU keeps times there.
        if (text(block, 257, 6).equals("ustar") && block[262] == 0) {
            String prefix = text(block, 345, 155);
            name = prefix.isEmpty() ? name : prefix + "/" + name;
        }
        char type = (char) (block[TYPE_OFFSET] & 0xff);
        try {
            return new TarHeader(name, type == 0 ? REGULAR : type, number(block, 124, 12));
        } catch (NumberFormatException e) {
            throw new TarFormatException(name, offset, "the size in its header is not valid: " + e.getMessage(), e);
        }
    }

    /**
     * Parses the data of a PAX header: {@code length key=value\n}, any number of times, each key once.
     *
     * @param entry name of the header's entry, for the message
     */
    static Map<String, String> paxRecords(byte[] data, String entry, long offset) throws TarFormatException {
        Map<String, String> records = new LinkedHashMap<>();
        int at = 0;
        while (at < data.length) {
            int space = at;
            int length = 0;
            while (space < data.length && data[space] >= '0' && data[space] <= '9' && length <= data.length) {
                length = length * 10 + data[space++] - '0';
            }
            int end = at + length;
            if (space == at || space >= data.length || data[space] != ' ' || end <= space || end > data.length) {
                throw new TarFormatException(entry, offset, "its PAX record has a wrong length");
            }
            String record = new String(data, space + 1, end - space - 1, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals < 1 || !record.endsWith("\n")) {
                throw new TarFormatException(entry, offset, "its PAX record is not key=value");
            }
            String key = record.substring(0, equals);
            if (records.put(key, record.substring(equals + 1, record.length() - 1)) != null) {
                throw new TarFormatException(entry, offset, "its PAX header gives '%s' twice".formatted(key));
            }
            at = end;
        }
        return records;
    }

    private static boolean needsPax(String name, long size) {
        return name.length() > NAME_LENGTH || size > MAX_OCTAL_SIZE;
    }

    private static byte[] block(String name, char type, long size) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name.length() > NAME_LENGTH ? name.substring(0, NAME_LENGTH) : name);
        put(block, 100, "0000644");
        put(block, 108, "0000000");
        put(block, 116, "0000000");
        put(block, 124, "%011o".formatted(size));
        put(block, 136, "00000000000");
        block[TYPE_OFFSET] = (byte) type;
        put(block, 257, "ustar");
        put(block, 263, "00");
        put(block, 329, "0000000");
        put(block, 337, "0000000");
        put(block, CHECKSUM_OFFSET, "%06o\0 ".formatted(checksum(block)));
        return block;
    }

    private static String paxRecord(String key, String value) {
        int rest = key.length() + value.length() + 3;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        return length + " " + key + "=" + value + "\n";
    }

    private static long checksum(byte[] block) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + 8 ? ' ' : block[i] & 0xff;
        }
        return sum;
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }

    private static String text(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return new String(block, offset, end - offset, StandardCharsets.UTF_8);
    }

    private static long number(byte[] block, int offset, int length) {
        if ((block[offset] & 0x80) == 0) {
            return octal(block, offset, length);
        }
        // GNU's form for sizes from 8 GiB: big-endian binary behind a marker bit, two's complement.
        if ((block[offset] & 0x40) != 0) {
            throw new NumberFormatException("it is negative");
        }
        long value = block[offset] & 0x3f;
        for (int i = offset + 1; i < offset + length; i++) {
            if (value > Long.MAX_VALUE >> 8) {
                throw new NumberFormatException("it is larger than any file");
            }
            value = value << 8 | (block[i] & 0xff);
        }
        return value;
    }

    private static long octal(byte[] block, int offset, int length) {
        String digits = text(block, offset, length).strip();
        if (digits.isEmpty()) {
            return 0;
        }
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '7')) {
            throw new NumberFormatException("expected octal digits");
        }
        return Long.parseLong(digits, 8);
    }
}
