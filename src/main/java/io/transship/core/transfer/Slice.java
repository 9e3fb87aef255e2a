package io.transship.core.transfer;

/**
 * The part of a plan that one worker moves: a contiguous group of units (export, relay) or contents (import).
 *
 * @param number counted from 0
 * @param from first unit or content
 * @param to the one after the last
 * @param bytes what there is to move in it at most
 */
public record Slice(int number, int from, int to, long bytes) {}
