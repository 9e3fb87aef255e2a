package io.transship.azure.blob;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.storage.blob.models.BlobStorageException;
import io.transship.azure.RedactedCause;
import io.transship.azure.identity.TokenFailure;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.StorageException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the SDK throws into a {@link StorageException}: the one place that knows the service's error codes.
 *
 * @param uri the container that was asked
 * @param access how it was asked
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes">Blob service error codes</a>
 */
record StorageErrors(ContainerUri uri, Access access) {

    /** How a request proves who it is; decides what to do when it is refused. */
    enum Access {
        SAS("SAS", "renew the secret that holds it (exports need the permissions 'rwl', imports 'rl', deletion 'd')"),
        IDENTITY("managed identity", "assign it the role 'Storage Blob Data Contributor' on the container"),
        DELEGATION(
                "managed identity",
                "assign it the role 'Storage Blob Delegator' on the storage account (or 'Storage Blob Data Contributor' at the account's scope)");

        private final String shown;
        private final String remedy;

        Access(String shown, String remedy) {
            this.shown = shown;
            this.remedy = remedy;
        }
    }

    private record Cause(Kind kind, String explanation) {}

    /** Runs a call of the SDK. */
    <T> T call(String operation, String subject, Supplier<T> request) throws StorageException {
        try {
            return request.get();
        } catch (RuntimeException e) {
            throw map(operation, subject, e);
        }
    }

    /**
     * The exception for a failure.
     *
     * @param operation what was tried, such as "stage a block of"
     * @param subject blob or container
     */
    StorageException map(String operation, String subject, Throwable failure) {
        Throwable decisive = decisive(failure);
        return exception(operation, subject, explain(decisive), RedactedCause.of(decisive));
    }

    /** The exception for a blob that must not be replaced. */
    StorageException alreadyExists(String operation, String subject) {
        return exception(operation, subject, alreadyExists("409 BlobAlreadyExists"), null);
    }

    /** The exception for a blob that is another version than the one that was asked for. */
    StorageException changed(String operation, String subject, String answer) {
        return exception(operation, subject, changed(answer), null);
    }

    /** The service's error code; empty if the failure is none of its answers. */
    static String code(Throwable failure) {
        return decisive(failure) instanceof BlobStorageException refused && refused.getErrorCode() != null
                ? refused.getErrorCode().toString()
                : "";
    }

    private Cause explain(Throwable failure) {
        return switch (failure) {
            case BlobStorageException refused -> refusal(refused);
            case ClientAuthenticationException noToken ->
                new Cause(
                        Kind.ACCESS_DENIED,
                        "the %s got no token (%s); check that the identity is assigned to the function app, and its client id"
                                .formatted(access.shown, TokenFailure.reasons(noToken)));
            case HttpResponseException other -> new Cause(Kind.UNAVAILABLE, RedactedCause.firstLine(other));
            case UnknownHostException unknown ->
                new Cause(
                        Kind.UNAVAILABLE,
                        "host '%s' has no address; check the account's name and DNS, with a private endpoint its private zone"
                                .formatted(uri.host()));
            case SSLException tls ->
                new Cause(
                        Kind.UNAVAILABLE,
                        "no TLS connection to '%s' (%s); check which certificates this host trusts"
                                .formatted(uri.host(), RedactedCause.firstLine(tls)));
            case TimeoutException late ->
                new Cause(Kind.UNAVAILABLE, "no answer in time from '%s'; try again later".formatted(uri.host()));
            case ConnectException refused ->
                new Cause(
                        Kind.UNAVAILABLE,
                        "no connection to '%s' (%s); check firewall, private endpoint and routes"
                                .formatted(uri.service(), RedactedCause.firstLine(refused)));
            case IOException broken ->
                new Cause(
                        Kind.UNAVAILABLE,
                        "the connection to '%s' broke (%s); try again later"
                                .formatted(uri.service(), RedactedCause.firstLine(broken)));
            default -> new Cause(Kind.REJECTED, "unexpected error: " + RedactedCause.firstLine(failure));
        };
    }

    private Cause refusal(BlobStorageException refused) {
        int status = refused.getStatusCode();
        String code = code(refused);
        String shown = "%d %s".formatted(status, code).strip();
        return switch (code) {
            case "AuthorizationPermissionMismatch",
                    "AuthorizationResourceTypeMismatch",
                    "AuthorizationServiceMismatch" ->
                denied(shown, "the %s lacks the right for this; %s".formatted(access.shown, access.remedy));
            case "AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation" ->
                denied(
                        shown,
                        "the %s is not accepted: expired, signed with a key that was rotated, for another container, or a clock is wrong; %s"
                                .formatted(access.shown, access.remedy));
            // The service's word for its firewall; other servers say it of any SAS that they do not accept.
            case "AuthorizationFailure" ->
                denied(
                        shown,
                        ("the account's network rules shut this app out, or the %s is expired, signed with a key that was rotated, or for another container; allow"
                                        + " the app's subnet or outbound addresses in the account's firewall, or %s")
                                .formatted(access.shown, access.remedy));
            case "AuthorizationSourceIPMismatch" ->
                denied(shown, "the SAS is limited to other addresses than this app's; make one without 'sip'");
            case "AuthorizationProtocolMismatch" -> denied(shown, "the SAS allows HTTPS only; use an https:// address");
            case "KeyBasedAuthenticationNotPermitted" ->
                denied(
                        shown,
                        "the account forbids shared keys and what they signed; use a user-delegation SAS or the storageAccessMode ManagedIdentity");
            case "PublicAccessNotPermitted" ->
                denied(shown, "the request carried no proof of access; " + access.remedy);
            case "ContainerNotFound", "ContainerBeingDeleted", "ContainerDisabled" ->
                new Cause(
                        Kind.CONTAINER_NOT_FOUND,
                        "%s; create container '%s' or check its name in the pipeline"
                                .formatted(shown, uri.container()));
            case "BlobNotFound" -> new Cause(Kind.BLOB_NOT_FOUND, shown + "; check the blob's name");
            case "BlobAlreadyExists", "UnauthorizedBlobOverwrite" -> alreadyExists(shown);
            case "ConditionNotMet", "TargetConditionNotMet" -> changed(shown);
            case "InvalidBlockList", "InvalidBlockId", "InvalidBlobOrBlock" ->
                new Cause(
                        Kind.REJECTED,
                        shown
                                + "; a block is not staged, or blocks of another run with ids of another length are: stage"
                                + " them again");
            case "LeaseIdMissing",
                    "SnapshotsPresent",
                    "BlobImmutableDueToPolicy",
                    "BlobArchived",
                    "BlobBeingRehydrated" ->
                new Cause(
                        Kind.REJECTED,
                        shown + "; a lease, a policy or the access tier of the blob forbids it: remove it there");
            default -> byStatus(status, shown, refused);
        };
    }

    private Cause byStatus(int status, String shown, BlobStorageException refused) {
        return switch (status) {
            case 401, 403 -> denied(shown, "the %s may not do this; %s".formatted(access.shown, access.remedy));
            case 404 -> new Cause(Kind.BLOB_NOT_FOUND, shown + "; check the names of account, container and blob");
            case 409 -> new Cause(Kind.REJECTED, shown + "; " + RedactedCause.firstLine(refused));
            case 412 -> changed(shown);
            case 408, 429, 500, 502, 503, 504 ->
                new Cause(
                        Kind.UNAVAILABLE, shown + "; the service is busy, try again later or run fewer slices at once");
            default -> new Cause(Kind.REJECTED, shown + "; " + RedactedCause.firstLine(refused));
        };
    }

    private StorageException exception(String operation, String subject, Cause cause, @Nullable RedactedCause failure) {
        return new StorageException(
                cause.kind,
                "%s %s in account '%s' failed: %s".formatted(operation, subject, uri.account(), cause.explanation),
                failure);
    }

    private static Cause alreadyExists(String shown) {
        return new Cause(
                Kind.ALREADY_EXISTS, shown + "; add the option 'OverwriteBlobs' to replace it, or choose another name");
    }

    private static Cause changed(String shown) {
        return new Cause(Kind.CHANGED, shown + "; the blob was replaced meanwhile, start again with the new one");
    }

    private static Cause denied(String shown, String explanation) {
        return new Cause(Kind.ACCESS_DENIED, shown + "; " + explanation);
    }

    /**
     * The exception in a chain that says most. The JDK's client reports an unknown host as a refused connection with the
     * reason further down, and the SDK wraps checked exceptions.
     */
    private static Throwable decisive(Throwable failure) {
        Throwable best = failure;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            switch (t) {
                case BlobStorageException refused -> {
                    return refused;
                }
                case ClientAuthenticationException noToken -> {
                    return noToken;
                }
                case UnresolvedAddressException unresolved -> {
                    return new UnknownHostException();
                }
                case UnknownHostException unknown -> {
                    return unknown;
                }
                case ConnectException refused -> best = refused;
                case IOException broken -> best = best instanceof ConnectException ? best : broken;
                case TimeoutException late -> best = late;
                default -> {
                    // A wrapper.
                }
            }
        }
        return best;
    }
}
