package io.transship.azure.identity;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import reactor.core.publisher.Mono;

/**
 * A credential that gives out tokens of one scope, whatever it is asked for: for clients that know the scope of public
 * clouds only, or that would take any that a server names. Thread-safe.
 */
public record ScopedCredential(TokenCredential credential, String scope) implements TokenCredential {

    @Override
    public Mono<AccessToken> getToken(TokenRequestContext request) {
        return credential.getToken(scoped(request));
    }

    @Override
    public AccessToken getTokenSync(TokenRequestContext request) {
        return credential.getTokenSync(scoped(request));
    }

    private TokenRequestContext scoped(TokenRequestContext request) {
        return new TokenRequestContext()
                .addScopes(scope)
                .setTenantId(request.getTenantId())
                .setCaeEnabled(request.isCaeEnabled());
    }
}
