package io.transship.azure.state;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobAudience;
import com.azure.storage.queue.QueueMessageEncoding;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import com.azure.storage.queue.models.QueueAudience;
import io.transship.azure.AzureHttp;
import io.transship.azure.RedactedCause;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.identity.ScopedCredential;
import io.transship.core.cloud.CloudEndpoints;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The app's own storage account, as the Functions host finds it: a connection string under one setting's name, or a name
 * or addresses under names that begin with it, which stand for a managed identity. Thread-safe; a client is made when it
 * is first asked for.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity">
 *     Connecting to host storage with an identity</a>
 */
public final class StorageConnection {

    /** The setting that the Functions host itself uses. */
    public static final String HOST_STORAGE = "AzureWebJobsStorage";

    /** How the account is reached. */
    private sealed interface Way {

        record ConnectionString(String value) implements Way {

            /** The value holds the account's key. */
            @Override
            public String toString() {
                return "connection string";
            }
        }

        record Identity(URI blobs, URI queues, URI tables, Optional<String> clientId) implements Way {}
    }

    private final Way way;
    private final AzureIdentities identities;
    private final Supplier<AzureHttp> http;
    private final Once<BlobServiceClient> blobs = new Once<>(this::createBlobs);
    private final Once<QueueServiceClient> queues = new Once<>(this::createQueues);
    private final Once<TableServiceClient> tables = new Once<>(this::createTables);

    private StorageConnection(Way way, AzureIdentities identities, Supplier<AzureHttp> http) {
        this.way = way;
        this.identities = identities;
        this.http = http;
    }

    /**
     * Reads a connection from the app's settings; makes no request.
     *
     * @param name of the setting, such as {@link #HOST_STORAGE}
     * @throws IllegalArgumentException if the settings name no account; the message names the settings, not their values
     */
    public static StorageConnection of(Map<String, String> settings, String name, AzureIdentities identities) {
        return of(settings, name, identities, AzureHttp::shared);
    }

    public static StorageConnection of(
            Map<String, String> settings, String name, AzureIdentities identities, Supplier<AzureHttp> http) {
        Optional<String> connectionString = setting(settings, name);
        Way way = connectionString.isPresent()
                ? new Way.ConnectionString(connectionString.orElseThrow())
                : new Way.Identity(
                        endpoint(settings, name, "blob", identities.cloud()),
                        endpoint(settings, name, "queue", identities.cloud()),
                        endpoint(settings, name, "table", identities.cloud()),
                        setting(settings, name + "__clientId"));
        return new StorageConnection(way, identities, http);
    }

    /**
     * Asks a service of this account for the app's own data.
     *
     * @param what is asked for, such as "read run 'x'"
     * @throws IOException that says what failed, without key or signature
     */
    public static <T> T ask(String what, Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (RuntimeException e) {
            throw new IOException(
                    "%s in the app's own storage account failed: %s; check the settings that begin with '%s', and the account's firewall"
                            .formatted(what, RedactedCause.firstLine(e), HOST_STORAGE),
                    RedactedCause.of(e));
        }
    }

    public BlobServiceClient blobService() {
        return blobs.get();
    }

    /** Messages are base64, as {@code host.json} says for the trigger's side. */
    public QueueServiceClient queueService() {
        return queues.get();
    }

    public TableServiceClient tableService() {
        return tables.get();
    }

    private BlobServiceClient createBlobs() {
        AzureHttp shared = http.get();
        BlobServiceClientBuilder builder =
                new BlobServiceClientBuilder().httpClient(shared.client()).retryOptions(shared.storageRetries());
        return switch (way) {
            case Way.ConnectionString text ->
                builder.connectionString(text.value()).buildClient();
            case Way.Identity identity ->
                builder.endpoint(identity.blobs().toString())
                        .credential(credential(identity))
                        .audience(BlobAudience.fromString(identities.cloud().storageAudience()))
                        .buildClient();
        };
    }

    private QueueServiceClient createQueues() {
        AzureHttp shared = http.get();
        QueueServiceClientBuilder builder = new QueueServiceClientBuilder()
                .httpClient(shared.client())
                .retryOptions(shared.storageRetries())
                .messageEncoding(QueueMessageEncoding.BASE64);
        return switch (way) {
            case Way.ConnectionString text ->
                builder.connectionString(text.value()).buildClient();
            case Way.Identity identity ->
                builder.endpoint(identity.queues().toString())
                        .credential(credential(identity))
                        .audience(QueueAudience.fromString(identities.cloud().storageAudience()))
                        .buildClient();
        };
    }

    private TableServiceClient createTables() {
        AzureHttp shared = http.get();
        TableServiceClientBuilder builder = new TableServiceClientBuilder()
                .httpClient(shared.client())
                .retryPolicy(new RetryPolicy(shared.retries()));
        return switch (way) {
            case Way.ConnectionString text ->
                builder.connectionString(text.value()).buildClient();
            case Way.Identity identity ->
                // Its client has no word for the audience and always asks for the one of all known clouds.
                builder.endpoint(identity.tables().toString())
                        .credential(new ScopedCredential(
                                credential(identity), identities.cloud().storageScope()))
                        .buildClient();
        };
    }

    private TokenCredential credential(Way.Identity identity) {
        return identities.credential(identity.clientId());
    }

    private static URI endpoint(Map<String, String> settings, String name, String service, CloudEndpoints cloud) {
        String uriSetting = name + "__" + service + "ServiceUri";
        Optional<String> uri = setting(settings, uriSetting);
        if (uri.isEmpty()) {
            String account = setting(settings, name + "__accountName")
                    .orElseThrow(() -> new IllegalArgumentException(
                            "no storage account is set: set '%s' to a connection string, or '%s__accountName', or '%s'"
                                    .formatted(name, name, uriSetting)));
            return cloud.storage(account.strip(), service);
        }
        try {
            URI parsed = URI.create(uri.orElseThrow().replaceAll("/+$", ""));
            if (parsed.getHost() != null && parsed.getRawQuery() == null) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one message, which does not quote the value.
        }
        throw new IllegalArgumentException("setting '%s' is not the address of a service: expected %s"
                .formatted(uriSetting, cloud.storage("account", service)));
    }

    private static Optional<String> setting(Map<String, String> settings, String name) {
        return Optional.ofNullable(settings.get(name)).filter(value -> !value.isBlank());
    }

    /** Makes a value once; a failure is tried again at the next call, so that one bad start does not last. */
    private static final class Once<T> {

        private final Supplier<T> factory;
        private @Nullable T made;

        Once(Supplier<T> factory) {
            this.factory = factory;
        }

        synchronized T get() {
            T value = made;
            if (value == null) {
                value = factory.get();
                made = value;
            }
            return value;
        }
    }

    /** Says how the account is reached, without key or signature. */
    @Override
    public String toString() {
        return "StorageConnection[" + way + "]";
    }
}
