package io.transship.azure.blob;

import com.azure.core.http.HttpAuthorization;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.options.BlockBlobStageBlockFromUrlOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.transship.core.content.ContentLink;
import io.transship.core.storage.StorageException;
import java.io.IOException;
import java.net.URI;
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

    private static final Set<String> CLOSED = Set.of("401", "403");

    /** What an answer says that is not about the target. */
    private enum Meaning {
        STAGED,
        /** The source is another version by now. */
        SOURCE_CHANGED,
        /** Fetching does not work just now. */
        SOURCE_BUSY,
        /** The source refuses what was given to open it. */
        SOURCE_CLOSED,
        /** Fetching from this source is what does not work. */
        CANNOT_FETCH
    }

    /**
     * What came of asking.
     *
     * @param shown status and code, for messages; empty if the block is staged
     */
    private record Answer(Meaning meaning, String shown) {}

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
        BlockBlobStageBlockFromUrlOptions request = new BlockBlobStageBlockFromUrlOptions(id, address)
                .setSourceRange(range)
                .setSourceRequestConditions(new BlobRequestConditions().setIfMatch(source.etag()));
        token.ifPresent(value -> request.setSourceAuthorization(new HttpAuthorization("Bearer", value)));
        Answer answer = ask(target, subject, request);
        switch (answer.meaning()) {
            case STAGED -> {
                return true;
            }
            case SOURCE_CHANGED -> throw source.changed(answer.shown());
            case SOURCE_BUSY -> {
                // The next block may find it at leisure.
            }
            case SOURCE_CLOSED, CANNOT_FETCH ->
                copies.refused(source.container(), proof.access(), errors.uri(), answer.shown());
        }
        return false;
    }

    /**
     * The same from where a registry keeps a content. An address that opens nothing may just be too old, so one more is asked
     * for; if that does not open either, it is not its age.
     */
    boolean stage(BlockBlobClient target, String subject, String id, ContentLink link, BlobRange range)
            throws StorageException {
        if (!copies.mayAsk(link.registry())) {
            return false;
        }
        Optional<URI> refused = Optional.empty();
        while (true) {
            Optional<URI> address;
            try {
                address = refused.isPresent() ? link.insteadOf(refused.get()) : link.address();
            } catch (IOException e) {
                // Whoever reads the content now is told what the matter is.
                return false;
            }
            if (address.isEmpty()) {
                copies.leadsNowhere(link.registry());
                return false;
            }
            String text = address.get().toASCIIString();
            if (text.length() > MAX_ADDRESS || !copies.mayTry(address.get(), errors.uri())) {
                return false;
            }
            Answer answer = ask(target, subject, new BlockBlobStageBlockFromUrlOptions(id, text).setSourceRange(range));
            switch (answer.meaning()) {
                case STAGED -> {
                    return true;
                }
                case SOURCE_BUSY -> {
                    return false;
                }
                case SOURCE_CLOSED -> {
                    if (refused.isPresent()) {
                        copies.refused(address.get(), errors.uri(), answer.shown());
                        return false;
                    }
                    refused = address;
                }
                case SOURCE_CHANGED, CANNOT_FETCH -> {
                    copies.refused(address.get(), errors.uri(), answer.shown());
                    return false;
                }
            }
        }
    }

    private Answer ask(BlockBlobClient target, String subject, BlockBlobStageBlockFromUrlOptions request)
            throws StorageException {
        try {
            target.stageBlockFromUrlWithResponse(request, null, Context.NONE);
            return new Answer(Meaning.STAGED, "");
        } catch (BlobStorageException e) {
            Optional<Meaning> meaning = meaning(e);
            if (meaning.isEmpty()) {
                throw errors.map("stage a block of", subject, e);
            }
            return new Answer(meaning.get(), shown(e));
        } catch (RuntimeException e) {
            throw errors.map("stage a block of", subject, e);
        }
    }

    /** Empty if the target refuses the block, whoever brings it, or is busy. */
    private static Optional<Meaning> meaning(BlobStorageException answer) {
        int status = answer.getStatusCode();
        String code = StorageErrors.code(answer);
        Optional<String> sourceStatus = header(answer, SOURCE_STATUS);
        if (code.equals("LeaseIdMissing")) {
            return Optional.empty();
        }
        // No other condition is sent than the one on the source.
        if (status == 412 || sourceStatus.filter("412"::equals).isPresent()) {
            return Optional.of(Meaning.SOURCE_CHANGED);
        }
        if (sourceStatus.filter(BUSY_SOURCE::contains).isPresent()) {
            return Optional.of(Meaning.SOURCE_BUSY);
        }
        if (code.equals(SOURCE_REFUSED)) {
            return Optional.of(
                    CLOSED.contains(sourceStatus.orElse(String.valueOf(status)))
                            ? Meaning.SOURCE_CLOSED
                            : Meaning.CANNOT_FETCH);
        }
        if (BUSY.contains(status) || (ABOUT_TARGET.contains(code) && sourceStatus.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(
                sourceStatus.filter(CLOSED::contains).isPresent() ? Meaning.SOURCE_CLOSED : Meaning.CANNOT_FETCH);
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
