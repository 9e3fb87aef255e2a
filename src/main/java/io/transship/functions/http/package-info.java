/**
 * The functions that people and programs call over HTTP, each a thin class: it hands the request to the API or to the
 * core and maps the answer. What the API says lives in {@code functions.arm}.
 */
@NullMarked
package io.transship.functions.http;

import org.jspecify.annotations.NullMarked;
