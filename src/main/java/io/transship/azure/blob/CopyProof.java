package io.transship.azure.blob;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import io.transship.core.sas.SasToken;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What another storage service is given so that it may read a blob: what this app itself reads it with. Thread-safe; shows
 * no secret.
 */
sealed interface CopyProof {

    /** How the container of the blob is opened. */
    StorageErrors.Access access();

    /** The address at which the blob can be read; may be secret. */
    String address(String blobUrl);

    /** A bearer token to read it with; secret. May ask for one, which fails as the SDK fails. */
    Optional<String> token();

    /** A SAS, which is a part of the address. */
    record Sas(SasToken sas) implements CopyProof {

        @Override
        public StorageErrors.Access access() {
            return StorageErrors.Access.SAS;
        }

        @Override
        public String address(String blobUrl) {
            return blobUrl + "?" + sas.toQuery();
        }

        @Override
        public Optional<String> token() {
            return Optional.empty();
        }
    }

    /** A token of an identity, kept until shortly before its end: not every credential keeps one itself. */
    final class Bearer implements CopyProof {

        private static final Duration MARGIN = Duration.ofMinutes(5);

        private final TokenCredential credential;
        private final String scope;
        private @Nullable AccessToken kept;

        /** By a token for storage: the scope is the cloud's. */
        Bearer(TokenCredential credential, String scope) {
            this.credential = credential;
            this.scope = scope;
        }

        @Override
        public StorageErrors.Access access() {
            return StorageErrors.Access.IDENTITY;
        }

        @Override
        public String address(String blobUrl) {
            return blobUrl;
        }

        @Override
        public synchronized Optional<String> token() {
            AccessToken token = kept;
            if (token == null || token.getDurationUntilExpiration().compareTo(MARGIN) < 0) {
                token = credential.getTokenSync(new TokenRequestContext().addScopes(scope));
                kept = token;
            }
            return Optional.of(token.getToken());
        }
    }
}
