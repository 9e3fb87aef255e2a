/**
 * Holds the templates in {@code infra/} to themselves and to the code, without Azure: they are parsed, linked and
 * evaluated as far as a test can, and what they say of settings, functions, queues, roles and log lines is compared with
 * what the code says. What only Resource Manager can tell is not found here.
 */
@NullMarked
package io.transship.infra;

import org.jspecify.annotations.NullMarked;
