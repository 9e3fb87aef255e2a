package io.transship.core.sas;

/** A shared access signature. */
public final class SasToken {

    private final String query;

    private SasToken(String query) {
        this.query = query;
    }

    /** Parses a token, with or without a question mark in front. */
    public static SasToken parse(String text) {
        return new SasToken(text);
    }

    /** The token as the query of a request, without a question mark; secret. */
    public String toQuery() {
        return query;
    }

    @Override
    public String toString() {
        return "SAS";
    }
}
