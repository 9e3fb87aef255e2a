/**
 * A packaged function app as the host sees it: the staging directory, its settings, its class loader, its functions, and
 * the running of one invocation. No trigger is listened to here, and no class of the app is known by name.
 */
@NullMarked
package io.transship.local.functions.app;

import org.jspecify.annotations.NullMarked;
