package io.transship.local.functions.app;

import com.microsoft.azure.functions.OutputBinding;
import io.transship.local.functions.app.FunctionDefinition.QueueOutput;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs invocations as the worker does: each on a thread of one unbounded pool, with the app's class loader as context
 * loader, and with no other limit than functionTimeout. Thread-safe. Closing it interrupts what still runs.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout">
 *     functionTimeout</a>
 */
public final class Invoker implements AutoCloseable {

    private static final int RESTART = 70;

    private final FunctionApp app;
    private final Duration timeout;
    private final OutputSink sink;
    private final IntConsumer exit;
    private final HostLog log;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("function-", 0).factory());

    /** {@code exit} ends the process with a code, because that is what Azure does after a timeout. */
    public Invoker(FunctionApp app, HostSettings settings, OutputSink sink, IntConsumer exit, HostLog log) {
        this.app = app;
        this.timeout = settings.functionTimeout();
        this.sink = sink;
        this.exit = exit;
        this.log = log;
    }

    /** Where the messages of output bindings go, after the function has returned. */
    public interface OutputSink {

        /** An exception fails the invocation. */
        void send(QueueOutput target, List<String> messages);
    }

    /** How an invocation ended. */
    public sealed interface Outcome {

        /** The value is null for a {@code void} method. */
        record Succeeded(@Nullable Object value) implements Outcome {}

        /** The function or what surrounds it has thrown; already logged. */
        record Failed(Throwable cause) implements Outcome {}
    }

    /** Runs to the end, and logs a failure. */
    public Outcome invoke(AppFunction function, Inputs inputs) {
        Outcome outcome = await(function, threads.submit(() -> run(function, inputs)));
        if (outcome instanceof Outcome.Failed failed) {
            log.host("function '%s' failed".formatted(function.name()), failed.cause());
        }
        return outcome;
    }

    private Outcome await(AppFunction function, Future<Outcome> running) {
        try {
            return running.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.host("function '%s' has run longer than functionTimeout (%s): exit %d, as Azure restarts the worker"
                    .formatted(function.name(), timeout, RESTART));
            exit.accept(RESTART);
            return new Outcome.Failed(e);
        } catch (ExecutionException e) {
            return new Outcome.Failed(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed(e);
        }
    }

    private Outcome run(AppFunction function, Inputs inputs) {
        Thread.currentThread().setContextClassLoader(app.loader());
        Map<QueueOutput, Output> outputs = new LinkedHashMap<>();
        try (InvocationContext context = new InvocationContext(function.name(), log)) {
            @Nullable Object[] arguments = arguments(function, inputs, context, outputs);
            Object instance = app.instanceFor(function);
            Object value = function.method().invoke(instance, arguments);
            outputs.forEach((target, output) -> sink.send(target, output.messages()));
            return new Outcome.Succeeded(value);
        } catch (InvocationTargetException e) {
            return new Outcome.Failed(e.getCause() == null ? e : e.getCause());
        } catch (Exception e) {
            return new Outcome.Failed(e);
        } catch (Throwable e) {
            log.host("function '%s': an Error outside the function's body; on Azure this invocation is never answered"
                    .formatted(function.name()));
            return new Outcome.Failed(e);
        } finally {
            Thread.currentThread().setContextClassLoader(null);
        }
    }

    private static @Nullable Object[] arguments(
            AppFunction function, Inputs inputs, InvocationContext context, Map<QueueOutput, Output> outputs) {
        @Nullable Object[] values = new @Nullable Object[function.arguments().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (function.arguments().get(i)) {
                case Argument.Context() -> context;
                case Argument.Body(var shape) -> shape.convert(inputs.body());
                case Argument.Request(var shape) -> request(inputs).as(shape.convert(inputs.body()));
                case Argument.Metadata metadata -> metadata(metadata, inputs.metadata());
                case Argument.Output(var target) -> outputs.computeIfAbsent(target, ignored -> new Output());
            };
        }
        return values;
    }

    private static HttpRequest<@Nullable Object> request(Inputs inputs) {
        if (inputs.request() == null) {
            throw new IllegalStateException("the trigger sent no HTTP request");
        }
        return inputs.request();
    }

    private static Object metadata(Argument.Metadata wanted, Map<String, String> metadata) {
        String value = metadata.get(wanted.name());
        if (value == null) {
            throw new IllegalArgumentException("@BindingName '%s' is not among the trigger's metadata %s"
                    .formatted(wanted.name(), metadata.keySet()));
        }
        if (!wanted.number()) {
            return value;
        }
        return Long.valueOf(value);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static final class Output implements OutputBinding<@Nullable Object> {

        private @Nullable Object value;

        @Override
        public @Nullable Object getValue() {
            return value;
        }

        @Override
        public void setValue(@Nullable Object newValue) {
            this.value = newValue;
        }

        List<String> messages() {
            return switch (value) {
                case null -> List.of();
                case List<?> list -> list.stream().map(String.class::cast).toList();
                default -> List.of((String) value);
            };
        }
    }
}
