package io.transship.telemetry;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;

/** Names of attributes, which queries rely on: they never change. */
final class Names {

    static final AttributeKey<String> RUN = stringKey("transship.run");
    static final AttributeKey<String> PIPELINE = stringKey("transship.pipeline");
    static final AttributeKey<String> REGISTRY = stringKey("transship.registry");
    static final AttributeKey<String> LEG = stringKey("transship.leg");
    static final AttributeKey<String> STEP = stringKey("transship.step");
    static final AttributeKey<Long> SLICE = longKey("transship.slice");
    static final AttributeKey<Long> GENERATION = longKey("transship.generation");
    static final AttributeKey<String> ARCHIVE = stringKey("transship.archive");
    static final AttributeKey<String> CATALOG_DIGEST = stringKey("transship.catalog.digest");
    static final AttributeKey<String> OUTCOME = stringKey("transship.outcome");
    static final AttributeKey<String> STATUS = stringKey("transship.status");
    static final AttributeKey<String> FAILURE_CODE = stringKey("transship.failure.code");
    static final AttributeKey<String> WAY = stringKey("transship.way");
    static final AttributeKey<String> HOST_KIND = stringKey("transship.host.kind");
    static final AttributeKey<String> REASON = stringKey("transship.reason");
    static final AttributeKey<String> SECRET = stringKey("transship.secret");
    static final AttributeKey<String> ROTATION = stringKey("transship.rotation");
    static final AttributeKey<String> FINDING = stringKey("transship.finding");

    /** The value of {@link #FAILURE_CODE} where nothing failed. */
    static final String NO_FAILURE = "none";

    private Names() {}
}
