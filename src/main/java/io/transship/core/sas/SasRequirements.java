package io.transship.core.sas;

import java.util.Set;

/** What a task needs of a SAS. */
public enum SasRequirements {
    /**
     * Writing an archive: read properties, list, put blocks, put the block list.
     *
     * <p>ACR Transfer documents {@code r w l a}. Add matters to append blobs only and an archive is a block blob, so a SAS
     * without it is accepted; the command that we suggest asks for it all the same, so that one SAS serves both.
     */
    EXPORT("rwl", "rawl"),

    /** Reading an archive: find it and read its ranges. */
    IMPORT("rl", "rl"),

    /** Reading an archive and removing it afterwards. */
    IMPORT_AND_DELETE("rdl", "rdl"),

    /** Reading a finished archive whose name is known: its properties and its ranges. */
    RELAY_SOURCE("r", "rl"),

    /** Writing the copy of an archive: the same as {@link #EXPORT}. */
    RELAY_TARGET("rwl", "rawl");

    private final String needed;
    private final String suggested;

    SasRequirements(String needed, String suggested) {
        this.needed = needed;
        this.suggested = suggested;
    }

    /** The rights without which the task fails; a new set. */
    public Set<SasPermission> needed() {
        return SasPermission.ofLetters(needed);
    }

    /** The rights to ask for when a new SAS is made; a new set. */
    public Set<SasPermission> suggested() {
        return SasPermission.ofLetters(suggested);
    }
}
