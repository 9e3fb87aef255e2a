/**
 * Pipelines as configuration and pipeline runs as execution, in the resource model of ACR Transfer: their values,
 * their stores as ports, and the runner that carries a run from step to step. Nothing here knows a trigger or an SDK.
 */
@NullMarked
package io.transship.core.pipeline;

import org.jspecify.annotations.NullMarked;
