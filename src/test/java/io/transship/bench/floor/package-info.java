/**
 * The least that a program can do on this machine: straight pipes between a registry and Blob Storage, with digests checked
 * and nothing on disk, but without retries, logins, names or safety. A yardstick, and never a part of the app.
 */
@NullMarked
package io.transship.bench.floor;

import org.jspecify.annotations.NullMarked;
