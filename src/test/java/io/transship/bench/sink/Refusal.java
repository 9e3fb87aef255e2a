package io.transship.bench.sink;

/** The service's answer that it will not do what was asked, with a status and a code as Blob Storage has them. */
final class Refusal extends Exception {

    private final int status;

    Refusal(int status, String code) {
        super(code);
        this.status = status;
    }

    int status() {
        return status;
    }

    String code() {
        return String.valueOf(getMessage());
    }
}
