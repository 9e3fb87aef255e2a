package io.transship.functions.dashboard;

import io.transship.core.oci.Digest;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Lets those who ask often hear only of what is new to them: {@code ETag} and {@code If-None-Match}. */
final class EntityTag {

    private static final int NOT_MODIFIED = 304;
    private static final int LENGTH = 32;

    private EntityTag() {}

    /** The answer with a tag of its content; without the content if the caller has it. */
    static ArmAnswer answer(ArmRequest request, ArmAnswer answer) {
        String tag = "\"%s\""
                .formatted(Digest.sha256Of(answer.body().getBytes(StandardCharsets.UTF_8))
                        .hex()
                        .substring(0, LENGTH));
        // A proxy that compresses may have made the tag a weak one.
        boolean known = request.headers().getOrDefault("if-none-match", "").contains(tag);
        if (!known) {
            return answer.with("ETag", tag);
        }
        Map<String, String> headers = new TreeMap<>(answer.headers());
        headers.remove("Content-Type");
        return new ArmAnswer(NOT_MODIFIED, headers, "").with("ETag", tag);
    }
}
