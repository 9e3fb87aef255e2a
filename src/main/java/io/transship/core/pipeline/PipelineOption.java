package io.transship.core.pipeline;

/** The options of ACR Transfer, by its names. */
public enum PipelineOption {
    OVERWRITE_BLOBS("OverwriteBlobs"),
    OVERWRITE_TAGS("OverwriteTags"),
    CONTINUE_ON_ERRORS("ContinueOnErrors"),
    DELETE_SOURCE_BLOB_ON_SUCCESS("DeleteSourceBlobOnSuccess");

    private final String armName;

    PipelineOption(String armName) {
        this.armName = armName;
    }

    public String armName() {
        return armName;
    }

    /**
     * The option of this name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static PipelineOption parse(String text) {
        for (PipelineOption option : values()) {
            if (option.armName.equalsIgnoreCase(text)) {
                return option;
            }
        }
        throw new IllegalArgumentException(
                "option '%s' is not known: expected OverwriteBlobs, OverwriteTags, ContinueOnErrors or DeleteSourceBlobOnSuccess"
                        .formatted(text));
    }
}
