/**
 * What the dashboard is made of: its page, the lists over all registries that it shows, and the app's health. Everything else
 * the page asks of the API. Knows neither the Functions library nor Azure.
 */
@NullMarked
package io.transship.functions.dashboard;

import org.jspecify.annotations.NullMarked;
