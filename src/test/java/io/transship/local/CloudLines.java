package io.transship.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lines between the app and its surroundings: one to the storage account of the source, one to the target registry. Only
 * the app uses them; tests go to the servers directly. For one thread.
 */
public final class CloudLines implements AutoCloseable {

    private static final Pattern SOURCE_STORE = Pattern.compile("(https://127\\.0\\.0\\.1:\\d+)(?=/srcstore/)");
    private static final Pattern TARGET_REGISTRY =
            Pattern.compile("(?<=\"target\":\\{\"loginServer\":\")(http://127\\.0\\.0\\.1:\\d+)");

    private @Nullable NetworkLine sourceStore;
    private @Nullable NetworkLine targetRegistry;

    /** Lays the lines and leads the app to them; for {@link LocalCloud.Options#withSettings}. */
    public Map<String, String> addTo(Map<String, String> settings) {
        sourceStore = lay(settings, "TRANSSHIP_PIPELINES", SOURCE_STORE);
        targetRegistry = lay(settings, "TRANSSHIP_REGISTRIES", TARGET_REGISTRY);
        return settings;
    }

    /** To the account {@code srcstore}. */
    public NetworkLine sourceStore() {
        return Objects.requireNonNull(sourceStore);
    }

    /** To the registry {@code target}. */
    public NetworkLine targetRegistry() {
        return Objects.requireNonNull(targetRegistry);
    }

    @Override
    public void close() throws IOException {
        // They are laid in this order, and the one that fails leaves nothing behind.
        if (sourceStore != null) {
            sourceStore.close();
        }
        if (targetRegistry != null) {
            targetRegistry.close();
        }
    }

    private static NetworkLine lay(Map<String, String> settings, String name, Pattern address) {
        String before = settings.getOrDefault(name, "");
        Matcher found = address.matcher(before);
        if (!found.find()) {
            throw new IllegalArgumentException("the setting %s names no such server".formatted(name));
        }
        try {
            NetworkLine line = NetworkLine.to(URI.create(found.group(1)));
            settings.put(name, found.replaceAll(line.uri().toString()));
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("no line can be laid", e);
        }
    }
}
