/**
 * How a registry learns who we are: challenges, scopes, bearer tokens and their renewal, basic credentials, and the
 * exchange of an Entra token for one of Azure Container Registry. Tokens never leave for a host that their registry
 * did not name and the operator did not allow.
 */
@NullMarked
package io.transship.core.registry.auth;

import org.jspecify.annotations.NullMarked;
