package io.transship.core.content;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Objects;

final class ByteArrayRangeSource implements RangeSource {

    private final byte[] content;

    ByteArrayRangeSource(byte[] content) {
        this.content = content;
    }

    @Override
    public long length() {
        return content.length;
    }

    @Override
    public InputStream open(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, content.length);
        return new ByteArrayInputStream(content, (int) offset, (int) length);
    }
}
