package io.transship.core.archive;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.archive.tar.TarFormatException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.Reference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON entries of an OCI layout, and how an archive writes and reads JSON at all: item by item, never as one tree,
 * because the lists may be long, and refusing whatever two readers could read differently.
 */
final class LayoutJson {

    static final String LAYOUT_NAME = "oci-layout";
    static final String CONTENTS_NAME = "transship.json";
    static final String INDEX_NAME = "index.json";

    private static final String REF_NAME = "org.opencontainers.image.ref.name";
    private static final String CONTAINERD_NAME = "io.containerd.image.name";
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STRING = 1024 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING)
                            .build())
                    .build())
            .build();

    private LayoutJson() {}

    static byte[] writeLayout() {
        return "{\"imageLayoutVersion\":\"1.0.0\"}\n".getBytes(StandardCharsets.UTF_8);
    }

    static void checkLayout(byte[] json, long offset) throws ArchiveFormatException {
        String[] version = {""};
        read(LAYOUT_NAME, json, offset, (field, parser) -> {
            if (field.equals("imageLayoutVersion")) {
                version[0] = textOf(field, item(parser));
                return;
            }
            parser.skipChildren();
        });
        if (!version[0].startsWith("1.")) {
            throw new ArchiveFormatException(
                    LAYOUT_NAME, offset, "its imageLayoutVersion is '%s'; expected 1.0.0".formatted(version[0]));
        }
    }

    static byte[] writeIndex(List<ArchivedArtifact> artifacts) {
        return write(json -> {
            json.writeNumberField("schemaVersion", 2);
            json.writeStringField("mediaType", MediaType.OCI_INDEX.value());
            json.writeArrayFieldStart("manifests");
            for (ArchivedArtifact artifact : artifacts) {
                for (Reference name : artifact.references()) {
                    json.writeStartObject();
                    json.writeStringField(
                            "mediaType", artifact.root().mediaType().value());
                    json.writeStringField("digest", artifact.root().digest().toString());
                    json.writeNumberField("size", artifact.root().size());
                    json.writeObjectFieldStart("annotations");
                    json.writeStringField(REF_NAME, name.toString());
                    json.writeEndObject();
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        });
    }

    /** The artifacts that {@code index.json} names, tags of one root together. */
    static List<ArchivedArtifact> readIndex(byte[] json, long offset, Archive.Limits limits)
            throws ArchiveFormatException {
        Map<String, ArchivedArtifact> artifacts = new LinkedHashMap<>();
        int[] count = {0};
        read(INDEX_NAME, json, offset, (field, parser) -> {
            if (!field.equals("manifests")) {
                parser.skipChildren();
                return;
            }
            items(field, parser, node -> {
                if (++count[0] > limits.entries()) {
                    throw new IllegalArgumentException("it lists more than %,d manifests".formatted(limits.entries()));
                }
                MediaType mediaType = new MediaType(textOf("mediaType", node.path("mediaType")));
                Descriptor root = new Descriptor(mediaType, digest(node), number("size", node));
                Reference name = name(root, node.path("annotations"));
                String key = name.repository() + "@" + root.digest();
                List<String> tags = name.tag() == null ? List.of() : List.of(name.tag());
                artifacts.merge(key, new ArchivedArtifact(name.repository(), tags, root), (known, added) -> {
                    List<String> both = new ArrayList<>(known.tags());
                    both.addAll(added.tags());
                    return new ArchivedArtifact(known.repository(), both, known.root());
                });
            });
        });
        return artifacts.values().stream().sorted(TableOfContents.ORDER).toList();
    }

    private static Reference name(Descriptor root, JsonNode annotations) {
        String refName = annotations.path(REF_NAME).asText("");
        if (refName.indexOf(':') >= 0 || refName.indexOf('@') >= 0) {
            return Reference.parse(refName);
        }
        String containerdName = annotations.path(CONTAINERD_NAME).asText("");
        int slash = containerdName.indexOf('/');
        String withoutHost = containerdName.substring(slash + 1);
        if (slash > 0 && (withoutHost.indexOf(':') >= 0 || withoutHost.indexOf('@') >= 0)) {
            return Reference.parse(withoutHost);
        }
        throw new IllegalArgumentException(
                "the entry %s has the name '%s', which says no repository: write the archive with a full name, such as 'skopeo copy … oci-archive:FILE:repository:tag'"
                        .formatted(root.digest(), TarFormatException.printable(refName)));
    }

    static byte[] write(Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = MAPPER.createGenerator(out, JsonEncoding.UTF8)) {
            json.setPrettyPrinter(new OneItemPerLine());
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("an array cannot fail to be written", e);
        }
        return out.toByteArray();
    }

    static void read(String entry, byte[] json, long offset, FieldReader reader) throws ArchiveFormatException {
        try (JsonParser parser = MAPPER.createParser(json)) {
            try {
                require(parser.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String field = parser.currentName();
                    parser.nextToken();
                    reader.read(field, parser);
                }
                require(parser.nextToken() == null, "something follows the JSON object");
            } catch (JsonProcessingException e) {
                throw new ArchiveFormatException(
                        entry,
                        offset + Math.max(0, parser.currentLocation().getByteOffset()),
                        "it is not valid JSON: " + TarFormatException.printable(e.getOriginalMessage()),
                        e);
            } catch (IllegalArgumentException e) {
                throw new ArchiveFormatException(
                        entry,
                        offset + Math.max(0, parser.currentLocation().getByteOffset()),
                        String.valueOf(e.getMessage()),
                        e);
            }
        } catch (ArchiveFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("an array cannot fail to be read", e);
        }
    }

    static JsonNode item(JsonParser parser) throws IOException {
        JsonNode node = parser.readValueAsTree();
        return node == null ? MAPPER.nullNode() : node;
    }

    static void items(String field, JsonParser parser, ItemReader reader) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "'" + field + "' is not an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            reader.read(item(parser));
        }
    }

    static JsonNode array(String field, JsonNode node) {
        require(node.path(field).isArray(), "'" + field + "' is not an array");
        return node.path(field);
    }

    static String textOf(String field, JsonNode node) {
        require(node.isTextual(), "'" + field + "' is not a string");
        return node.textValue();
    }

    static Digest digest(JsonNode node) {
        return Digest.parse(textOf("digest", node.path("digest")));
    }

    static long number(String field, JsonNode node) {
        JsonNode value = node.path(field);
        require(
                value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0,
                "'%s' is not a size or offset".formatted(field));
        return value.longValue();
    }

    static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }

    interface FieldReader {
        void read(String field, JsonParser parser) throws IOException;
    }

    interface ItemReader {
        void read(JsonNode node) throws IOException;
    }

    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    /** A property of the document per line and an item of its lists per line: readable by people, small, and diffable. */
    private static final class OneItemPerLine extends MinimalPrettyPrinter {

        private static final long serialVersionUID = 1;

        @Override
        public void writeObjectEntrySeparator(JsonGenerator json) throws IOException {
            json.writeRaw(json.getOutputContext().getNestingDepth() == 1 ? ",\n" : ",");
        }

        @Override
        public void beforeArrayValues(JsonGenerator json) throws IOException {
            if (json.getOutputContext().getNestingDepth() == 2) {
                json.writeRaw('\n');
            }
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
            json.writeRaw(json.getOutputContext().getNestingDepth() == 2 ? ",\n" : ",");
        }
    }
}
