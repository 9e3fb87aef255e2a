/** The network between this host and a server, looked at one layer at a time; no protocol above TLS is known here. */
@NullMarked
package io.transship.core.pipeline.preflight.network;

import org.jspecify.annotations.NullMarked;
