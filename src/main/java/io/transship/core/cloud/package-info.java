/**
 * Where the services of an Azure cloud are and for whom its tokens are made, in one table; and identities of other tenants.
 * Everything that needs a suffix, a host or an audience takes it from here. Nothing is asked or resolved here.
 */
@NullMarked
package io.transship.core.cloud;

import org.jspecify.annotations.NullMarked;
