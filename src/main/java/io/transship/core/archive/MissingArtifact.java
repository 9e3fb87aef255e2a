package io.transship.core.archive;

/**
 * An artifact that was asked for and is not in the archive.
 *
 * @param artifact its name as it was asked for
 * @param code what kind of failure it was, for programs
 * @param reason why it is missing, in words for an operator
 */
public record MissingArtifact(String artifact, String code, String reason) {}
