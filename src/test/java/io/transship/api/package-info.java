/** The API of the running app, as scripts and Microsoft's own client call it. */
@NullMarked
package io.transship.api;

import org.jspecify.annotations.NullMarked;
