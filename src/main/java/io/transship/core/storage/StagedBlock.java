package io.transship.core.storage;

/**
 * A block that was staged and not yet committed.
 *
 * @param id the decoded block id, at most 64 bytes of ASCII; all ids of one blob have the same length
 * @param size in bytes
 */
public record StagedBlock(String id, long size) {}
