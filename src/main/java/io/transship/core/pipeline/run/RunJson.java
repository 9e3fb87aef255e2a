package io.transship.core.pipeline.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** How runs and their documents are kept: for the stores behind {@link PipelineRuns}. */
public final class RunJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule("run")
                    .addSerializer(ResourceId.class, ToStringSerializer.instance)
                    .addDeserializer(ResourceId.class, text(ResourceId.class, ResourceId::parse))
                    .addSerializer(BlobName.class, ToStringSerializer.instance)
                    .addDeserializer(BlobName.class, text(BlobName.class, BlobName::new))
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, text(Instant.class, Instant::parse)))
            // A newer version of the app may have written more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private RunJson() {}

    /** The bytes that {@link #read} turns back into an equal value. */
    public static byte[] write(Object value) throws IOException {
        return MAPPER.writeValueAsBytes(value);
    }

    /**
     * Reads a value.
     *
     * @throws IOException if the bytes are not what {@link #write} made of such a value
     */
    public static <T> T read(byte[] json, Class<T> type) throws IOException {
        T value = MAPPER.readValue(json, type);
        if (value == null) {
            throw new IOException("there is nothing in it");
        }
        return value;
    }

    static List<ArtifactOutcome> readOutcomes(byte[] json) throws IOException {
        return MAPPER.readValue(json, new TypeReference<List<ArtifactOutcome>>() {});
    }

    private static <T> FromStringDeserializer<T> text(Class<T> type, Function<String, T> parser) {
        return new FromStringDeserializer<>(type) {
            @Override
            protected T _deserialize(String value, DeserializationContext context) {
                return parser.apply(value);
            }
        };
    }
}
