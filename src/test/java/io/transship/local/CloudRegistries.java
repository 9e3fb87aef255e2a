package io.transship.local;

import io.transship.local.artifacts.DistributionClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The registries of a local cloud, by name, and their passwords. Whoever starts one stops it. Not safe for use by several threads. */
final class CloudRegistries {

    private final Map<String, RegistryServer> servers = new LinkedHashMap<>();
    private final Map<String, String> passwords = new LinkedHashMap<>();

    /** Starts a registry that lets only {@link LocalCloud#USERNAME} in, with its data in a directory of its own. */
    RegistryServer start(Path directory, String name, String password) throws IOException {
        Path data = Files.createDirectories(directory.resolve("registry-" + name));
        passwords.put(name, password);
        RegistryServer server =
                RegistryServer.start(RegistryServer.Options.in(data).withLogin(LocalCloud.USERNAME, password));
        servers.put(name, server);
        return server;
    }

    RegistryServer server(String name) {
        RegistryServer server = servers.get(name);
        if (server == null) {
            throw new IllegalArgumentException("no registry '%s', only %s".formatted(name, servers.keySet()));
        }
        return server;
    }

    String password(String name) {
        return passwords.getOrDefault(name, "");
    }

    Map<String, String> passwords() {
        return Collections.unmodifiableMap(passwords);
    }

    Map<String, RegistryServer> servers() {
        return Collections.unmodifiableMap(servers);
    }

    /** The caller closes it. */
    DistributionClient client(String name) {
        return new DistributionClient(server(name).uri(), LocalCloud.USERNAME, password(name));
    }
}
