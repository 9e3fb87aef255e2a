package io.transship.bench.sink;

import io.transship.bench.sink.SinkBlob.Block;
import java.util.List;
import java.util.Map;

/** The bodies of answers. */
final class SinkXml {

    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
    private static final String METADATA = "x-ms-meta-";

    private SinkXml() {}

    static String error(String code) {
        return HEAD + "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, code);
    }

    static String blockList(List<Block> committed, List<Block> uncommitted) {
        StringBuilder xml = new StringBuilder(HEAD).append("<BlockList><CommittedBlocks>");
        committed.forEach(block -> append(xml, block));
        xml.append("</CommittedBlocks><UncommittedBlocks>");
        uncommitted.forEach(block -> append(xml, block));
        return xml.append("</UncommittedBlocks></BlockList>").toString();
    }

    static String blobs(Map<String, SinkBlob> blobs) {
        StringBuilder xml = new StringBuilder(HEAD).append("<EnumerationResults><Blobs>");
        blobs.forEach((name, blob) -> append(xml, name, blob));
        return xml.append("</Blobs><NextMarker/></EnumerationResults>").toString();
    }

    private static void append(StringBuilder xml, Block block) {
        xml.append("<Block><Name>").append(block.id());
        xml.append("</Name><Size>").append(block.size()).append("</Size></Block>");
    }

    private static void append(StringBuilder xml, String name, SinkBlob blob) {
        xml.append("<Blob><Name>").append(escaped(name)).append("</Name><Properties><Last-Modified>");
        xml.append(blob.modified())
                .append("</Last-Modified><Etag>")
                .append(blob.etag().replace("\"", ""));
        xml.append("</Etag><Content-Length>").append(blob.size());
        xml.append("</Content-Length><Content-Type>application/octet-stream</Content-Type>");
        xml.append("<BlobType>BlockBlob</BlobType></Properties><Metadata>");
        blob.kept().forEach((header, value) -> {
            if (header.startsWith(METADATA)) {
                String key = header.substring(METADATA.length());
                xml.append('<').append(key).append('>').append(escaped(value));
                xml.append("</").append(key).append('>');
            }
        });
        xml.append("</Metadata></Blob>");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
