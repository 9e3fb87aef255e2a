package io.transship.core.pipeline.rotation;

import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.sas.SasPermission;
import io.transship.core.sas.SasProblem;
import io.transship.core.sas.SasRequirements;
import io.transship.core.sas.SasTarget;
import io.transship.core.sas.SasTerms;
import io.transship.core.sas.SasToken;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobContainers;
import io.transship.core.storage.SasIssuer;
import io.transship.core.storage.SasIssuer.Signer;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretVersions;
import io.transship.core.storage.SecretVersions.Version;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at the SAS in a secret, and puts a new one there. Knows nothing of other workers. Thread-safe. */
public final class SasRenewal {

    /** What Key Vault itself calls a SAS. */
    static final String CONTENT_TYPE = "application/vnd.ms-sastoken-storage";

    static final String CONTAINER_TAG = "transship-container";

    /** No archive has a name like this; listing what begins with it is the smallest request that needs a valid SAS. */
    private static final String NOTHING = "transship-sas-rotation/";

    private static final int MAX_TAG = 256;

    private final AllowedHosts allowedHosts;
    private final SecretStore secrets;
    private final SecretVersions versions;
    private final SasIssuer issuer;
    private final BlobContainers containers;
    private final SasValidator validator;
    private final Clock clock;

    /**
     * Puts it together.
     *
     * @param secrets where account keys are read, and where runs read the SAS
     * @param versions of the secrets that are rotated
     */
    public SasRenewal(
            AllowedHosts allowedHosts,
            SecretStore secrets,
            SecretVersions versions,
            SasIssuer issuer,
            BlobContainers containers,
            SasValidator validator,
            Clock clock) {
        this.allowedHosts = allowedHosts;
        this.secrets = secrets;
        this.versions = versions;
        this.issuer = issuer;
        this.containers = containers;
        this.validator = validator;
        this.clock = clock;
    }

    /**
     * What is in a secret.
     *
     * @param expiry of the SAS that is there; empty if there is none
     * @param reason why it should be replaced; empty if it should be kept
     */
    record Look(Optional<Instant> expiry, Optional<String> reason) {

        boolean isDue() {
            return reason.isPresent();
        }
    }

    /**
     * Looks into the vault, and where the SAS there seems good, tries it: an account key that was rotated shows nowhere
     * else.
     *
     * @throws IOException if it cannot be known, because the secret cannot be read or the container is not there
     */
    Look look(RotatedSecret secret) throws IOException {
        requireAllowedHosts(secret);
        Optional<Version> version = versions.current(secret.secret(), secret.identity());
        if (version.isEmpty()) {
            return new Look(Optional.empty(), Optional.of("there was no secret"));
        }
        SasToken token;
        try {
            token = SasToken.parse(version.get().value());
        } catch (InvalidSasException e) {
            requireMeantAsSas(secret, version.get());
            return new Look(Optional.empty(), Optional.of("it held a broken SAS: " + e.getMessage()));
        }
        Optional<String> reason = secret.terms()
                .reasonToReplace(token, version.get().expires(), clock.instant())
                .or(() -> otherContainer(secret, version.get()))
                .or(() -> errors(secret, token));
        return new Look(token.expiry(), reason.isPresent() ? reason : refusal(secret, token));
    }

    /** A password that someone names by mistake, or in order to destroy it, is not written over. */
    private static void requireMeantAsSas(RotatedSecret secret, Version version) throws IOException {
        String value = version.value();
        if (!value.isBlank() && !value.contains("sig=") && !value.contains("sv=")) {
            throw new IOException(
                    "secret '%s' holds something else than a SAS, which is not written over; name another secret in keyVaultUri, or delete this one if nobody needs it"
                            .formatted(secret.secret()));
        }
    }

    /**
     * Issues a SAS, tries it, and writes it as the current version. The older ones stay, so what began with them goes on.
     *
     * @return when the new one ends
     */
    Instant renew(RotatedSecret secret) throws IOException {
        requireAllowedHosts(secret);
        SasTerms terms = secret.terms();
        SasToken token = issuer.issue(secret.container(), terms.grant(clock.instant()), signer(secret));
        Optional<String> unfit =
                errors(secret, token).or(() -> terms.reasonToReplace(token, Optional.empty(), clock.instant()));
        if (unfit.isPresent()) {
            throw new IOException("the SAS that was issued for container '%s' will not do, and is not stored: %s"
                    .formatted(secret.container(), unfit.get()));
        }
        tryOut(secret, token);
        Instant expiry = token.expiry().orElseThrow();
        Version version = new Version("?" + token.toQuery(), Optional.of(expiry), CONTENT_TYPE, tags(secret));
        versions.add(secret.secret(), version, secret.identity());
        secrets.forget(secret.secret());
        return expiry;
    }

    private void requireAllowedHosts(RotatedSecret secret) {
        allowedHosts.require(secret.container().host(), "container '%s'".formatted(secret.container()));
        allowedHosts.require(secret.secret().vault().getHost(), "secret '%s'".formatted(secret.secret()));
    }

    private Signer signer(RotatedSecret secret) throws IOException {
        return switch (secret.rotation()) {
            case SasRotation.ByDelegation delegated -> new Signer.Identity(secret.identity());
            case SasRotation.ByAccountKey byKey -> {
                allowedHosts.require(byKey.accountKey().vault().getHost(), "secret '%s'".formatted(byKey.accountKey()));
                // What was kept of it may be the key before the last.
                secrets.forget(byKey.accountKey());
                yield new Signer.AccountKey(
                        secrets.read(byKey.accountKey(), secret.identity()).strip());
            }
        };
    }

    private static Optional<String> otherContainer(RotatedSecret secret, Version version) {
        return Optional.ofNullable(version.tags().get(CONTAINER_TAG))
                .filter(container -> !container.equals(tag(secret.container().toString())))
                .map("it was for container '%s'"::formatted);
    }

    private Optional<String> errors(RotatedSecret secret, SasToken token) {
        SasTarget target = secret.container().sasTarget();
        List<SasProblem> errors = new ArrayList<>();
        for (SasRequirements requirements : secret.requirements()) {
            validator.validate(token, requirements, target).stream()
                    .filter(SasProblem::isError)
                    .forEach(errors::add);
        }
        return errors.isEmpty() ? Optional.empty() : Optional.of(SasProblem.describe(errors));
    }

    private Optional<String> refusal(RotatedSecret secret, SasToken token) throws IOException {
        try {
            use(secret, token);
            return Optional.empty();
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.ACCESS_DENIED) {
                return Optional.of("the container refused it: " + e.getMessage());
            }
            if (e.kind().isTransient()) {
                return Optional.empty(); // It says nothing of the SAS.
            }
            throw e;
        }
    }

    private void tryOut(RotatedSecret secret, SasToken token) throws IOException {
        try {
            use(secret, token);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.ACCESS_DENIED) {
                throw e;
            }
            String hint = switch (secret.rotation()) {
                case SasRotation.ByDelegation delegated ->
                    "a user delegation SAS can do no more than the identity that asked for its key: assign it the role 'Storage Blob Data Contributor' on container '%s'"
                            .formatted(secret.container());
                case SasRotation.ByAccountKey byKey ->
                    "check that secret '%s' holds a key that account '%s' has now (az storage account keys list), and that the account allows shared keys (allowSharedKeyAccess)"
                            .formatted(byKey.accountKey(), secret.container().account());
            };
            throw new IOException(
                    "the SAS that was issued is not stored, because the container refuses it: %s. Next step: %s"
                            .formatted(e.getMessage(), hint),
                    e);
        }
    }

    private void use(RotatedSecret secret, SasToken token) throws IOException {
        containers.open(secret.container(), new StorageAccess.Sas(token)).list(NOTHING);
    }

    private static Map<String, String> tags(RotatedSecret secret) {
        return Map.of(
                CONTAINER_TAG,
                tag(secret.container().toString()),
                "transship-permissions",
                SasPermission.letters(secret.permissions()),
                "transship-signed-by",
                secret.rotation().signedBy(),
                "transship-pipelines",
                tag(secret.pipelineNames()));
    }

    private static String tag(String text) {
        return text.length() <= MAX_TAG ? text : text.substring(0, MAX_TAG - 1) + "…";
    }
}
