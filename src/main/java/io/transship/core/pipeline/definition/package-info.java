/**
 * Pipelines as resources of Azure Resource Manager: their JSON in ACR Transfer's shape, read with every problem named; those
 * that are declared with the app and those that were put through its API; and the port that keeps the latter. Nothing here
 * starts a run or knows HTTP.
 */
@NullMarked
package io.transship.core.pipeline.definition;

import org.jspecify.annotations.NullMarked;
