package io.transship.core.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.oci.Manifest.ImageIndex;
import io.transship.core.oci.Manifest.ImageManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads manifests leniently (unknown properties are the ecosystem's right) but refuses what two readers could read differently. */
final class ManifestParser {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(Manifest.MAX_SIZE)
                            .build())
                    .build())
            .build();

    private ManifestParser() {}

    static Manifest parse(Descriptor descriptor, byte[] raw) throws InvalidManifestException {
        String name = "manifest " + descriptor.digest();
        if (raw.length > Manifest.MAX_SIZE) {
            throw new InvalidManifestException(
                    "%s has %,d bytes; at most %,d are allowed".formatted(name, raw.length, Manifest.MAX_SIZE));
        }
        JsonNode root = readObject(name, raw);
        if (descriptor.mediaType().isSchema1() || root.path("schemaVersion").asInt(2) == 1) {
            throw new InvalidManifestException(name
                    + " is a Docker schema 1 manifest, which names neither its config nor the sizes of its layers and"
                    + " is refused by current registries; pull and push the image with a current client to"
                    + " convert it, then transfer the result");
        }
        checkMediaType(name, descriptor.mediaType(), root);
        Optional<Descriptor> subject = root.hasNonNull("subject")
                ? Optional.of(descriptor(name, "subject", root.get("subject")))
                : Optional.empty();
        if (isIndex(name, descriptor.mediaType(), root)) {
            return new ImageIndex(descriptor, raw, descriptors(name, "manifests", root), subject);
        }
        List<Descriptor> children = new ArrayList<>();
        if (root.hasNonNull("config")) {
            children.add(descriptor(name, "config", root.get("config")));
        }
        children.addAll(descriptors(name, "layers", root));
        children.addAll(descriptors(name, "blobs", root));
        return new ImageManifest(descriptor, raw, List.copyOf(children), subject);
    }

    private static JsonNode readObject(String name, byte[] raw) throws InvalidManifestException {
        try {
            JsonNode root = MAPPER.readTree(raw);
            if (root == null || !root.isObject()) {
                throw new InvalidManifestException(name + " is not a JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new InvalidManifestException(name + " is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (InvalidManifestException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidManifestException(name + " cannot be read", e);
        }
    }

    private static void checkMediaType(String name, MediaType expected, JsonNode root) throws InvalidManifestException {
        JsonNode own = root.path("mediaType");
        if (own.isTextual() && expected.isManifest() && !own.textValue().equals(expected.value())) {
            throw new InvalidManifestException(
                    "%s says it is '%s' but was served as '%s'".formatted(name, own.textValue(), expected));
        }
    }

    private static boolean isIndex(String name, MediaType mediaType, JsonNode root) throws InvalidManifestException {
        boolean lists = root.hasNonNull("manifests");
        boolean holds = root.hasNonNull("layers") || root.hasNonNull("config") || root.hasNonNull("blobs");
        if (lists && holds) {
            // CVE-2021-41190: two readers could take the same bytes for different things.
            throw new InvalidManifestException(
                    name + " is ambiguous: it has both 'manifests' and 'layers' or 'config'");
        }
        if (mediaType.isManifest() && mediaType.isIndex() != lists && (lists || holds)) {
            throw new InvalidManifestException("%s has the content of %s but the media type '%s'"
                    .formatted(name, lists ? "an index" : "an image", mediaType));
        }
        return lists || mediaType.isIndex();
    }

    private static List<Descriptor> descriptors(String name, String field, JsonNode root)
            throws InvalidManifestException {
        JsonNode array = root.path(field);
        if (array.isMissingNode() || array.isNull()) {
            return List.of();
        }
        if (!array.isArray()) {
            throw new InvalidManifestException("%s: '%s' is not an array".formatted(name, field));
        }
        List<Descriptor> result = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            result.add(descriptor(name, field + "[" + i + "]", array.get(i)));
        }
        return List.copyOf(result);
    }

    private static Descriptor descriptor(String name, String field, JsonNode node) throws InvalidManifestException {
        JsonNode size = node.path("size");
        if (!node.path("digest").isTextual() || !size.isIntegralNumber() || !size.canConvertToLong()) {
            throw new InvalidManifestException(
                    "%s: '%s' is not a descriptor: it needs a digest and a size".formatted(name, field));
        }
        String mediaType = node.path("mediaType").asText("");
        try {
            return new Descriptor(
                    mediaType.isBlank() ? MediaType.OCTET_STREAM : new MediaType(mediaType),
                    Digest.parse(node.get("digest").textValue()),
                    size.longValue());
        } catch (IllegalArgumentException e) {
            throw new InvalidManifestException("%s: '%s': %s".formatted(name, field, e.getMessage()), e);
        }
    }
}
