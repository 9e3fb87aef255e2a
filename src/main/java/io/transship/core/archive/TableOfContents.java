package io.transship.core.archive;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.archive.tar.TarFormatException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an archive holds and where: {@code transship.json}. An archive of another tool has the same table, made by the
 * reader. The parts agree with each other: every artifact's root is among the contents, every content is there once, and
 * is needed by a repository of one of the artifacts.
 *
 * @param sourceRegistry host name of the registry the artifacts came from; empty if it is not known
 * @param artifacts sorted by repository and root
 * @param contents manifests first, children before parents, then configs and layers; by offset within both groups, except
 *     that manifests of another tool's archive have offsets in any order
 * @param missing what was asked for and could not be had; empty in a complete archive
 */
public record TableOfContents(
        String sourceRegistry,
        List<ArchivedArtifact> artifacts,
        List<ArchivedContent> contents,
        List<MissingArtifact> missing) {

    static final int FORMAT_VERSION = 1;

    static final Comparator<ArchivedArtifact> ORDER = Comparator.comparing(ArchivedArtifact::repository)
            .thenComparing(a -> a.root().digest());

    /**
     * Checks that the parts agree.
     *
     * @throws IllegalArgumentException if they do not; the message names the artifact or content
     */
    public TableOfContents {
        artifacts = artifacts.stream().sorted(ORDER).toList();
        contents = List.copyOf(contents);
        missing = missing.stream()
                .distinct()
                .sorted(Comparator.comparing(MissingArtifact::artifact).thenComparing(MissingArtifact::reason))
                .toList();
        Map<Digest, ArchivedContent> byDigest = new HashMap<>();
        Set<String> repositories = new HashSet<>();
        boolean blobSeen = false;
        for (ArchivedContent content : contents) {
            Digest digest = content.descriptor().digest();
            if (byDigest.put(digest, content) != null) {
                throw new IllegalArgumentException("content %s is listed twice".formatted(digest));
            }
            if (content.manifest() && blobSeen) {
                throw new IllegalArgumentException("manifest %s is listed after a blob".formatted(digest));
            }
            blobSeen |= !content.manifest();
        }
        Set<Reference> names = new HashSet<>();
        for (ArchivedArtifact artifact : artifacts) {
            checkRoot(artifact, byDigest.get(artifact.root().digest()));
            for (Reference name : artifact.references()) {
                if (!names.add(name)) {
                    throw new IllegalArgumentException("artifact '%s' is listed twice".formatted(name));
                }
            }
            repositories.add(artifact.repository());
        }
        for (ArchivedContent content : contents) {
            if (!repositories.containsAll(content.repositories())) {
                throw new IllegalArgumentException("content %s belongs to a repository that no artifact is in: %s"
                        .formatted(
                                content.descriptor().digest(),
                                content.repositories().stream()
                                        .filter(name -> !repositories.contains(name))
                                        .findFirst()
                                        .orElseThrow()));
            }
        }
    }

    /** Reads {@code transship.json}; white space after it is allowed. */
    public static TableOfContents parse(byte[] json) throws ArchiveFormatException {
        return read(json, 0, Archive.Limits.STANDARD);
    }

    /**
     * The same table with these artifacts alone, and the contents of the repositories that they are in.
     *
     * @param names of artifacts, as {@link ArchivedArtifact#references()} has them
     */
    public TableOfContents only(Set<String> names) {
        List<ArchivedArtifact> kept = new ArrayList<>();
        Set<String> repositories = new HashSet<>();
        for (ArchivedArtifact artifact : artifacts) {
            List<Reference> wanted = artifact.references().stream()
                    .filter(name -> names.contains(name.toString()))
                    .toList();
            if (!wanted.isEmpty()) {
                List<String> tags = wanted.stream()
                        .map(Reference::tag)
                        .filter(Objects::nonNull)
                        .toList();
                kept.add(new ArchivedArtifact(artifact.repository(), tags, artifact.root()));
                repositories.add(artifact.repository());
            }
        }
        List<ArchivedContent> needed = new ArrayList<>();
        for (ArchivedContent content : contents) {
            List<String> in = content.repositories().stream()
                    .filter(repositories::contains)
                    .toList();
            if (!in.isEmpty()) {
                needed.add(new ArchivedContent(content.descriptor(), content.offset(), content.manifest(), in));
            }
        }
        return new TableOfContents(sourceRegistry, kept, needed, List.of());
    }

    /** Whether artifacts that were asked for are missing from the archive. */
    public boolean isPartial() {
        return !missing.isEmpty();
    }

    private static void checkRoot(ArchivedArtifact artifact, @Nullable ArchivedContent root) {
        if (root == null
                || !root.manifest()
                || root.descriptor().size() != artifact.root().size()) {
            throw new IllegalArgumentException("artifact '%s' needs the manifest %s, which the archive does not hold"
                    .formatted(artifact.references().getFirst(), artifact.root()));
        }
        if (!root.repositories().contains(artifact.repository())) {
            throw new IllegalArgumentException("manifest %s is not listed for the repository of its artifact '%s'"
                    .formatted(artifact.root().digest(), artifact.references().getFirst()));
        }
    }

    /** Writes {@code transship.json}: the same bytes for an equal  */
    public byte[] toJson() {
        Map<String, Integer> mediaTypes = new LinkedHashMap<>();
        Map<String, Integer> repositories = new LinkedHashMap<>();
        artifacts().forEach(a -> repositories.putIfAbsent(a.repository(), repositories.size()));
        artifacts().forEach(a -> mediaTypes.putIfAbsent(a.root().mediaType().value(), mediaTypes.size()));
        contents()
                .forEach(c -> mediaTypes.putIfAbsent(c.descriptor().mediaType().value(), mediaTypes.size()));
        return LayoutJson.write(json -> {
            json.writeNumberField("formatVersion", FORMAT_VERSION);
            json.writeStringField("sourceRegistry", sourceRegistry());
            writeStrings(json, "mediaTypes", mediaTypes.keySet());
            writeStrings(json, "repositories", repositories.keySet());
            json.writeArrayFieldStart("artifacts");
            for (ArchivedArtifact artifact : artifacts()) {
                json.writeStartObject();
                json.writeNumberField("repository", index(repositories, artifact.repository()));
                writeStrings(json, "tags", artifact.tags());
                writeDescriptor(json, artifact.root(), mediaTypes);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("contents");
            for (ArchivedContent content : contents()) {
                json.writeStartObject();
                json.writeNumberField("offset", content.offset());
                writeDescriptor(json, content.descriptor(), mediaTypes);
                json.writeBooleanField("manifest", content.manifest());
                json.writeArrayFieldStart("repositories");
                for (String repository : content.repositories()) {
                    json.writeNumber(index(repositories, repository));
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("missing");
            for (MissingArtifact missing : missing()) {
                json.writeStartObject();
                json.writeStringField("artifact", missing.artifact());
                json.writeStringField("code", missing.code());
                json.writeStringField("reason", missing.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    static TableOfContents read(byte[] json, long offset, Archive.Limits limits) throws ArchiveFormatException {
        Reader reader = new Reader(limits);
        LayoutJson.read(LayoutJson.CONTENTS_NAME, json, offset, reader);
        try {
            return reader.finish();
        } catch (IllegalArgumentException e) {
            throw new ArchiveFormatException(LayoutJson.CONTENTS_NAME, offset, String.valueOf(e.getMessage()), e);
        }
    }

    /** Collects the properties of {@code transship.json}, whose order is part of the format. */
    private static final class Reader implements LayoutJson.FieldReader {

        private final Archive.Limits limits;
        private boolean versionSeen;
        private String sourceRegistry = "";
        private final List<MediaType> mediaTypes = new ArrayList<>();
        private final List<String> repositories = new ArrayList<>();
        private final List<ArchivedArtifact> artifacts = new ArrayList<>();
        private final List<ArchivedContent> contents = new ArrayList<>();
        private final List<MissingArtifact> missing = new ArrayList<>();
        private final Map<List<String>, List<String>> shared = new HashMap<>();

        Reader(Archive.Limits limits) {
            this.limits = limits;
        }

        @Override
        public void read(String field, JsonParser parser) throws IOException {
            if (field.equals("formatVersion")) {
                checkVersion(LayoutJson.item(parser));
                versionSeen = true;
                return;
            }
            LayoutJson.require(versionSeen, "'formatVersion' must be its first property");
            switch (field) {
                case "sourceRegistry" -> sourceRegistry = LayoutJson.textOf(field, LayoutJson.item(parser));
                case "mediaTypes" ->
                    LayoutJson.items(
                            field, parser, node -> mediaTypes.add(new MediaType(LayoutJson.textOf(field, node))));
                case "repositories" ->
                    LayoutJson.items(field, parser, node -> repositories.add(LayoutJson.textOf(field, node)));
                case "artifacts" -> LayoutJson.items(field, parser, node -> artifacts.add(artifact(node)));
                case "contents" -> LayoutJson.items(field, parser, node -> contents.add(content(node)));
                case "missing" ->
                    LayoutJson.items(
                            field,
                            parser,
                            node -> missing.add(new MissingArtifact(
                                    LayoutJson.textOf("artifact", node.path("artifact")),
                                    LayoutJson.textOf("code", node.path("code")),
                                    LayoutJson.textOf("reason", node.path("reason")))));
                default -> parser.skipChildren();
            }
        }

        TableOfContents finish() {
            LayoutJson.require(versionSeen, "it has no 'formatVersion'");
            return new TableOfContents(sourceRegistry, artifacts, contents, missing);
        }

        private static void checkVersion(JsonNode node) {
            LayoutJson.require(
                    node.isIntegralNumber() && node.canConvertToInt() && node.intValue() > 0,
                    "its 'formatVersion' is not valid");
            LayoutJson.require(
                    node.intValue() <= FORMAT_VERSION,
                    "the archive has format version %d and this reader knows up to %d: import it with a newer Transship"
                            .formatted(node.intValue(), FORMAT_VERSION));
        }

        private ArchivedArtifact artifact(JsonNode node) {
            checkCount("artifacts", artifacts);
            List<String> tags = new ArrayList<>();
            LayoutJson.array("tags", node).forEach(tag -> tags.add(LayoutJson.textOf("tags", tag)));
            return new ArchivedArtifact(
                    pick(repositories, "repositories", node.path("repository")), tags, descriptor(node));
        }

        private ArchivedContent content(JsonNode node) {
            checkCount("contents", contents);
            List<String> owners = new ArrayList<>();
            LayoutJson.array("repositories", node)
                    .forEach(owner -> owners.add(pick(repositories, "repositories", owner)));
            LayoutJson.require(node.path("manifest").isBoolean(), "'manifest' is not true or false");
            return new ArchivedContent(
                    descriptor(node),
                    LayoutJson.number("offset", node),
                    node.path("manifest").booleanValue(),
                    shared.computeIfAbsent(owners, List::copyOf));
        }

        private void checkCount(String field, List<?> list) {
            if (list.size() == limits.entries()) {
                throw new IllegalArgumentException("it lists more than %,d %s".formatted(limits.entries(), field));
            }
        }

        private Descriptor descriptor(JsonNode node) {
            return new Descriptor(
                    pick(mediaTypes, "mediaTypes", node.path("mediaType")),
                    LayoutJson.digest(node),
                    LayoutJson.number("size", node));
        }

        private static <T> T pick(List<T> list, String name, JsonNode index) {
            if (index.isIntegralNumber()
                    && index.canConvertToInt()
                    && index.intValue() >= 0
                    && index.intValue() < list.size()) {
                return list.get(index.intValue());
            }
            throw new IllegalArgumentException("'%s' is no index into the %,d '%s' before it"
                    .formatted(TarFormatException.printable(index.toString()), list.size(), name));
        }
    }

    private static int index(Map<String, Integer> table, String key) {
        Integer index = table.get(key);
        if (index == null) {
            throw new IllegalStateException("'%s' is in no table".formatted(key));
        }
        return index;
    }

    private static void writeDescriptor(JsonGenerator json, Descriptor descriptor, Map<String, Integer> mediaTypes)
            throws IOException {
        json.writeNumberField(
                "mediaType", index(mediaTypes, descriptor.mediaType().value()));
        json.writeStringField("digest", descriptor.digest().toString());
        json.writeNumberField("size", descriptor.size());
    }

    private static void writeStrings(JsonGenerator json, String field, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(field);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
