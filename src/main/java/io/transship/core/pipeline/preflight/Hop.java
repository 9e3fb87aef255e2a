package io.transship.core.pipeline.preflight;

/** The hops between the app and what a pipeline needs, in the order in which they build on each other. */
public enum Hop {
    /** A token of the pipeline's managed identity for one audience. */
    IDENTITY("identity"),
    /** The operator's leave to send tokens and SAS to a host. */
    HOST("allowed host"),
    DNS("DNS"),
    TCP("TCP"),
    TLS("TLS"),
    /** Reading a secret of a Key Vault. */
    SECRET("secret"),
    /** The distribution API, and that the registry knows us. */
    LOGIN("registry login"),
    /** The right to read from a repository. */
    PULL("pull"),
    /** The right to write to a repository. */
    PUSH("push"),
    /** What can be known of a SAS without asking the service. */
    SAS("SAS"),
    CONTAINER("container"),
    /** The right to list a container. */
    LIST("list blobs"),
    READ("read blobs"),
    WRITE("write blobs"),
    DELETE("delete blobs");

    private final String label;

    Hop(String label) {
        this.label = label;
    }

    /** A short name for people. */
    public String label() {
        return label;
    }

    /** Whether it belongs to the network, where an answer comes soon or never. */
    boolean isOfNetwork() {
        return this == DNS || this == TCP || this == TLS;
    }
}
