/**
 * Who the app is: managed identities, workload identity, a developer's sign-in, identities of other tenants, and why one of
 * them has no token. What the tokens are for is not decided here.
 */
@NullMarked
package io.transship.azure.identity;

import org.jspecify.annotations.NullMarked;
