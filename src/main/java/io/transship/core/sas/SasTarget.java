package io.transship.core.sas;

/** The container that a SAS is meant to open; a SAS itself does not say it. */
public record SasTarget(String account, String container) {}
