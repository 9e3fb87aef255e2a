/**
 * What people, timers and events ask of runs: start, run again, cancel, retry, delete, look at. Each is one class that checks
 * what it was asked for and changes runs through their port. Nothing here executes a step, and nothing knows HTTP.
 */
@NullMarked
package io.transship.core.pipeline.request;

import org.jspecify.annotations.NullMarked;
