package io.transship.core.archive.tar;

import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes tars byte by byte, also such as no honest tool writes. */
public final class TarBytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public TarBytes file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public TarBytes file(String name, byte[] content) {
        return header(name, '0', "%011o".formatted(content.length)).data(content);
    }

    public TarBytes blob(Descriptor descriptor, byte[] content) {
        return file("blobs/" + descriptor.digest().toString().replace(':', '/'), content);
    }

    public TarBytes layout() {
        return file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    public TarBytes index(Descriptor root, String refName) {
        return file("index.json", """
                {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"%s","size":%d,
                "annotations":{"org.opencontainers.image.ref.name":"%s"}}]}""".formatted(root.mediaType(), root.digest(), root.size(), refName));
    }

    public TarBytes pax(String... records) {
        String joined =
                String.join("", Arrays.stream(records).map(TarBytes::record).toList());
        return header("PaxHeaders/x", 'x', "%011o".formatted(joined.length()))
                .data(joined.getBytes(StandardCharsets.UTF_8));
    }

    public TarBytes header(String name, char type, String size) {
        return header(name, type, size.getBytes(StandardCharsets.US_ASCII));
    }

    public TarBytes header(String name, char type, byte[] size) {
        byte[] block = new byte[512];
        put(block, 0, name.getBytes(StandardCharsets.UTF_8));
        put(block, 124, size);
        block[156] = (byte) type;
        put(block, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(block);
        return this;
    }

    public TarBytes data(byte[] content) {
        out.writeBytes(content);
        out.writeBytes(new byte[(512 - content.length % 512) % 512]);
        return this;
    }

    public byte[] unfinished() {
        return out.toByteArray();
    }

    public byte[] finished() {
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    public RangeSource source() {
        return RangeSource.of(finished());
    }

    private static String record(String keyValue) {
        int length = keyValue.length() + 3;
        while ((length + " " + keyValue + "\n").length() != length) {
            length++;
        }
        return length + " " + keyValue + "\n";
    }

    private static void put(byte[] block, int offset, byte[] bytes) {
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }
}
