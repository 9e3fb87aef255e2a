package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.Pipeline.ContainerUse;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.sas.SasPermission;
import io.transship.core.sas.SasProblem;
import io.transship.core.sas.SasRequirements;
import io.transship.core.sas.SasTarget;
import io.transship.core.sas.SasToken;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobContainers;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A container, how it is opened, and each right on it that a pipeline needs, really used. Thread-safe. */
final class ContainerChecks {

    private final BlobContainers containers;
    private final SasValidator sasValidator;
    private final RandomGenerator random;

    ContainerChecks(BlobContainers containers, SasValidator sasValidator, RandomGenerator random) {
        this.containers = containers;
        this.sasValidator = sasValidator;
        this.random = random;
    }

    /** What a pipeline needs of a container. */
    record Need(PipelineContainer container, SasRequirements requirements) {

        Need(ContainerUse use) {
            this(use.container(), use.requirements());
        }

        String target() {
            return container.uri().toString();
        }

        SasTarget sasTarget() {
            return container.uri().sasTarget();
        }
    }

    /** A container as it was opened, and what to do when it refuses. */
    private record Opened(Need need, BlobContainer container, String remedy) {}

    /** What tries a right. */
    @FunctionalInterface
    private interface Attempt {
        void run(BlobContainer container, BlobName name) throws IOException;
    }

    /** What makes a SAS for this need and stores it. */
    String refill(Need need, SecretUri secret, SasToken.Kind kind) {
        if (need.container().rotation().isPresent()) {
            // One that a person makes would be replaced at the next look.
            return Commands.ROTATE;
        }
        return Commands.storeOutput(sasValidator.command(need.requirements(), need.sasTarget(), kind), secret);
    }

    /**
     * Checks a container that is opened by a SAS.
     *
     * @param value of the secret; empty if the chain is stuck at reading it
     * @param endpoint the way to the container
     */
    void checkBySas(Need need, SecretUri secret, Optional<String> value, Chain endpoint, Chain chain)
            throws IOException {
        if (chain.isStuck()) {
            chain.skip(Hop.SAS, secret.toString());
            skipRights(need, chain);
            return;
        }
        SasToken token;
        try {
            token = SasToken.parse(value.orElse(""));
        } catch (InvalidSasException e) {
            chain.check(
                    Hop.SAS,
                    secret.toString(),
                    Finding.failed(
                            "it does not hold a SAS: " + e.getMessage(), refill(need, secret, SasToken.Kind.SERVICE)));
            skipRights(need, chain);
            return;
        }
        String refill = refill(need, secret, token.kind());
        checkSas(need, secret, token, refill, chain);
        chain.requires(endpoint);
        checkRights(need, new StorageAccess.Sas(token), refill, chain);
    }

    /** Checks a container that is opened by identity. */
    void checkByIdentity(Need need, Optional<String> clientId, Optional<Principal> principal, Chain chain)
            throws IOException {
        String role = need.requirements() == SasRequirements.IMPORT
                ? "Storage Blob Data Reader"
                : "Storage Blob Data Contributor";
        String remedy = Commands.assignRole(
                role, principal, Commands.scopeOf(need.container().uri()));
        checkRights(need, new StorageAccess.Identity(clientId), remedy, chain);
    }

    /** Its owner may have read the list of ACR Transfer and miss a letter of it. */
    private static String remarkOnAdd(Need need, SasToken token) {
        boolean isOfInterest = need.requirements().suggested().contains(SasPermission.ADD)
                && token.signedPermissions().isPresent();
        return isOfInterest && !token.permissions().contains(SasPermission.ADD)
                ? "; 'a', which ACR Transfer asks for too, is not needed: archives are block blobs"
                : "";
    }

    private static void skipRights(Need need, Chain chain) {
        chain.skip(Hop.CONTAINER, need.target());
        need.requirements().needed().forEach(right -> chain.skip(hop(right), need.target()));
    }

    private void checkSas(Need need, SecretUri secret, SasToken token, String refill, Chain chain) {
        List<SasProblem> problems = sasValidator.validate(token, need.requirements(), need.sasTarget());
        if (problems.isEmpty()) {
            chain.check(
                    Hop.SAS,
                    secret.toString(),
                    Finding.passed("it holds a %s for '%s'; whether it was signed for it shows at the container%s"
                            .formatted(token, need.target(), remarkOnAdd(need, token))));
        }
        for (SasProblem problem : problems) {
            Finding finding = new Finding(
                    problem.isError() ? Verdict.FAILED : Verdict.WARNING,
                    "'%s' of the SAS is %s; needed for '%s' is %s"
                            .formatted(problem.field(), problem.found(), need.target(), problem.needed()),
                    isMendedByNewSas(problem) ? refill : problem.nextStep());
            PreflightCheck check = chain.note(Hop.SAS, secret.toString(), finding);
            // A right that is missing keeps nobody from trying the others.
            if (problem.isError() && problem.code() != SasProblem.Code.PERMISSIONS_MISSING) {
                chain.blockBy(check);
            }
        }
    }

    private static boolean isMendedByNewSas(SasProblem problem) {
        return switch (problem.code()) {
            case STORED_POLICY, ADDRESSES_RESTRICTED -> false;
            default -> true;
        };
    }

    private void checkRights(Need need, StorageAccess access, String remedy, Chain chain) throws IOException {
        if (chain.isStuck()) {
            skipRights(need, chain);
            return;
        }
        Opened opened = new Opened(need, containers.open(need.container().uri(), access), remedy);
        String target = opened.need().target();
        chain.ask(
                Hop.CONTAINER,
                target,
                () -> lookAt(opened.container()),
                seen -> Finding.passed("it exists"),
                e -> isOfKind(e, StorageException.Kind.CONTAINER_NOT_FOUND)
                        ? Finding.failed(
                                e,
                                Commands.createContainer(
                                        opened.need().container().uri()))
                        : refused(
                                e,
                                opened.remedy()
                                        + "; if the right is there, let the app through the account's firewall: "
                                        + Commands.openAccount(
                                                opened.need().container().uri())));
        List<SasPermission> rights = List.copyOf(opened.need().requirements().needed());
        Fanout.map(rights, rights.size(), right -> {
                    Chain branch = chain.branch();
                    checkRight(opened, right, branch);
                    return branch;
                })
                .forEach(branch -> chain.addAll(branch.checks()));
    }

    /** Looks whether it exists, by whichever right there is. */
    private Boolean lookAt(BlobContainer container) throws IOException {
        BlobName name = randomName();
        try {
            container.list(name.value());
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.ACCESS_DENIED) {
                throw e;
            }
            try {
                container.find(name);
            } catch (StorageException second) {
                // The first refusal is no less to the point, unless this one knows that there is no container.
                throw second.kind() == StorageException.Kind.ACCESS_DENIED ? e : second;
            }
        }
        return true;
    }

    private void checkRight(Opened opened, SasPermission right, Chain chain) {
        String done = switch (right) {
            case LIST -> "blobs can be listed";
            case READ -> "blobs can be read: asked for one that does not exist, the service says so";
            case WRITE ->
                "blobs can be written: one byte was staged, which is never committed and which the service drops after a week";
            case DELETE -> "blobs can be deleted: asked to delete one that does not exist, the service says so";
            default -> throw new IllegalStateException("no pipeline needs " + right);
        };
        Attempt attempt = switch (right) {
            case LIST -> (container, name) -> container.list(name.value());
            case READ -> BlobContainer::find;
            case WRITE -> (container, name) -> container.stageBlock(name, "preflight", new byte[1], 0, 1);
            case DELETE -> (container, name) -> container.delete(name, "\"0x0\"");
            default -> throw new IllegalStateException("no pipeline needs " + right);
        };
        chain.ask(
                hop(right),
                opened.need().target(),
                () -> {
                    attempt.run(opened.container(), randomName());
                    return true;
                },
                unused -> Finding.passed(done),
                e -> refused(e, opened.remedy()));
    }

    private static Finding refused(Exception e, String remedy) {
        if (isOfKind(e, StorageException.Kind.ACCESS_DENIED)) {
            return Finding.failed(e, remedy);
        }
        return Finding.failed(
                e,
                e instanceof StorageException storage && storage.kind().isTransient()
                        ? "check again in some minutes"
                        : "check the container's address in the pipeline, and the settings of the storage account");
    }

    private static boolean isOfKind(Exception e, StorageException.Kind kind) {
        return e instanceof StorageException storage && storage.kind() == kind;
    }

    private static Hop hop(SasPermission right) {
        return switch (right) {
            case LIST -> Hop.LIST;
            case READ -> Hop.READ;
            case WRITE -> Hop.WRITE;
            case DELETE -> Hop.DELETE;
            default -> throw new IllegalStateException("no pipeline needs " + right);
        };
    }

    /** A name that no blob has. */
    private BlobName randomName() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new BlobName("transship-preflight-" + HexFormat.of().formatHex(bytes));
    }
}
