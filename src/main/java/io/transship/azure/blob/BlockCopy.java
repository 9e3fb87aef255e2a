package io.transship.azure.blob;

import com.azure.core.http.HttpAuthorization;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.options.BlockBlobStageBlockFromUrlOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.transship.core.storage.StorageException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One {@code Put Block From URL}: the target's service fetches a range of the source, with what opens the source in the
 * request. Decides what an answer means; what it shows of one is never more than status and code, because an answer may
 * repeat the request. Thread-safe.
 *
 * @param errors of the target
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/put-block-from-url">Put Block From URL</a>
 */
record BlockCopy(ServerSideCopies copies, StorageErrors errors) {

    /** The longest address of a source that the service takes, in bytes. */
    private static final int MAX_ADDRESS = 2048;

    private static final String SOURCE_REFUSED = "CannotVerifyCopySource";

    /** What the source answered to the service; only in answers that are about the source. */
    private static final HttpHeaderName SOURCE_STATUS = HttpHeaderName.fromString("x-ms-copy-source-status-code");

    private static final HttpHeaderName SOURCE_CODE = HttpHeaderName.fromString("x-ms-copy-source-error-code");

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9]{1,64}");

    /** Refusals that a block sent from here would meet as well. */
    private static final Set<String> ABOUT_TARGET = Set.of(
            "AuthenticationFailed",
            "AuthorizationFailure",
            "AuthorizationPermissionMismatch",
            "AuthorizationProtocolMismatch",
            "AuthorizationResourceTypeMismatch",
            "AuthorizationServiceMismatch",
            "AuthorizationSourceIPMismatch",
            "ContainerBeingDeleted",
            "ContainerDisabled",
            "ContainerNotFound",
            "InvalidBlobType",
            "LeaseIdMissing");

    private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);

    private static final Set<String> BUSY_SOURCE = Set.of("408", "429", "500", "503");

    private enum Meaning {
        /** The source is another version by now. */
        SOURCE_CHANGED,
        /** The target refuses the block, whoever brings it, or is busy. */
        ABOUT_TARGET,
        /** Fetching does not work just now. */
        SOURCE_BUSY,
        /** Fetching from this source is what does not work. */
        CANNOT_FETCH
    }

    /** Whether the block is staged now; false if this service cannot fetch from this source. */
    boolean stage(BlockBlobClient target, String subject, String id, BlobRangeSource source, BlobRange range)
            throws StorageException {
        CopyProof proof = source.proof();
        if (!copies.mayTry(source.container(), proof.access(), errors.uri())) {
            return false;
        }
        String address = proof.address(source.url());
        Optional<String> token;
        try {
            token = proof.token();
        } catch (RuntimeException e) {
            // Whoever reads the source now is told why there is none.
            return false;
        }
        if (address.length() > MAX_ADDRESS) {
            return false;
        }
        BlockBlobStageBlockFromUrlOptions options = new BlockBlobStageBlockFromUrlOptions(id, address)
                .setSourceRange(range)
                .setSourceRequestConditions(new BlobRequestConditions().setIfMatch(source.etag()));
        token.ifPresent(value -> options.setSourceAuthorization(new HttpAuthorization("Bearer", value)));
        try {
            target.stageBlockFromUrlWithResponse(options, null, Context.NONE);
            return true;
        } catch (BlobStorageException e) {
            switch (meaning(e)) {
                case SOURCE_CHANGED -> throw source.changed(shown(e));
                case ABOUT_TARGET -> throw errors.map("stage a block of", subject, e);
                case SOURCE_BUSY -> {
                    // The next block may find it at leisure.
                }
                case CANNOT_FETCH -> copies.refused(source.container(), proof.access(), errors.uri(), shown(e));
            }
            return false;
        } catch (RuntimeException e) {
            throw errors.map("stage a block of", subject, e);
        }
    }

    private static Meaning meaning(BlobStorageException answer) {
        int status = answer.getStatusCode();
        String code = StorageErrors.code(answer);
        Optional<String> sourceStatus = header(answer, SOURCE_STATUS);
        if (code.equals("LeaseIdMissing")) {
            return Meaning.ABOUT_TARGET;
        }
        // No other condition is sent than the one on the source.
        if (status == 412 || sourceStatus.filter("412"::equals).isPresent()) {
            return Meaning.SOURCE_CHANGED;
        }
        if (sourceStatus.filter(BUSY_SOURCE::contains).isPresent()) {
            return Meaning.SOURCE_BUSY;
        }
        if (code.equals(SOURCE_REFUSED)) {
            return Meaning.CANNOT_FETCH;
        }
        if (BUSY.contains(status)) {
            return Meaning.ABOUT_TARGET;
        }
        return ABOUT_TARGET.contains(code) && sourceStatus.isEmpty() ? Meaning.ABOUT_TARGET : Meaning.CANNOT_FETCH;
    }

    private static String shown(BlobStorageException answer) {
        String shown = answer.getStatusCode()
                + code(Optional.of(StorageErrors.code(answer))).map(" "::concat).orElse("");
        return code(header(answer, SOURCE_CODE))
                .map(code -> shown + ", the source says " + code)
                .orElse(shown);
    }

    private static Optional<String> code(Optional<String> text) {
        return text.filter(value -> CODE.matcher(value).matches());
    }

    private static Optional<String> header(BlobStorageException answer, HttpHeaderName name) {
        return Optional.ofNullable(answer.getResponse()).map(response -> response.getHeaderValue(name));
    }
}
