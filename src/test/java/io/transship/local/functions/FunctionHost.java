package io.transship.local.functions;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.transship.local.functions.app.AppFunction;
import io.transship.local.functions.app.FunctionApp;
import io.transship.local.functions.app.FunctionDefinition.QueueOutput;
import io.transship.local.functions.app.FunctionDefinition.Trigger;
import io.transship.local.functions.app.HostLog;
import io.transship.local.functions.app.HostSettings;
import io.transship.local.functions.app.Invoker;
import io.transship.local.functions.app.QueueOptions;
import io.transship.local.functions.app.QueueOptions.Encoding;
import io.transship.local.functions.app.StartupException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/**
 * The local Azure Functions host: runs a packaged app from its staging directory, with the environment as app settings.
 * {@code FunctionHost <stagingDir> [--port N] [--address 127.0.0.1]}. Exits with 1 when the app cannot start, with 70
 * when a function passed functionTimeout. Thread-safe; closing it takes up to five seconds.
 */
public final class FunctionHost implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(4);

    private final FunctionApp app;
    private final HostSettings settings;
    private final MessageQueue.Service queues;
    private final FunctionKeys keys;
    private final HostLog log;
    private final Invoker invoker;
    private final HttpServer server;
    private final HttpTriggers httpTriggers;
    private final EventGridWebhook eventGrid;
    private final AdminEndpoint admin;
    private final InFlight inFlight = new InFlight();
    private final List<QueueListener> queueListeners = new ArrayList<>();
    private final List<TimerListener> timerListeners = new ArrayList<>();

    private FunctionHost(
            FunctionApp app,
            HostSettings settings,
            InetSocketAddress address,
            MessageQueue.Service queues,
            IntConsumer exit,
            HostLog log)
            throws IOException, StartupException {
        this.app = app;
        this.settings = settings;
        this.queues = queues;
        this.log = log;
        this.keys = new FunctionKeys(settings, new SecureRandom());
        this.invoker = new Invoker(app, settings, this::send, exit, log);
        List<String> problems = new ArrayList<>();
        this.httpTriggers = new HttpTriggers(app.functions(), settings.routePrefix(), keys, invoker, log, problems);
        this.eventGrid = new EventGridWebhook(app.functions(), keys, invoker);
        this.admin = new AdminEndpoint(keys, timerListeners);
        app.functions().forEach(function -> listen(function, problems));
        StartupException.throwIfAny(problems);
        this.server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
    }

    /** Starts a host with queues in the accounts that the connection settings name. */
    public static FunctionHost start(
            Path staging, InetSocketAddress address, Map<String, String> appSettings, PrintStream out)
            throws IOException, StartupException {
        return start(staging, address, appSettings, StorageQueue::open, Runtime.getRuntime()::halt, out);
    }

    static FunctionHost start(
            Path staging,
            InetSocketAddress address,
            Map<String, String> appSettings,
            MessageQueue.Service queues,
            IntConsumer exit,
            PrintStream out)
            throws IOException, StartupException {
        HostSettings settings = HostSettings.read(staging, appSettings);
        FunctionApp app = FunctionApp.load(staging, settings);
        try {
            FunctionHost host =
                    new FunctionHost(app, settings, address, queues, exit, new HostLog(out, Clock.systemUTC()));
            host.open(out);
            return host;
        } catch (IOException | StartupException | RuntimeException e) {
            app.close();
            throw e;
        }
    }

    private void open(PrintStream out) {
        server.start();
        queueListeners.forEach(QueueListener::start);
        timerListeners.forEach(TimerListener::start);
        describe(out);
    }

    private void listen(AppFunction function, List<String> problems) {
        switch (function.trigger()) {
            case Trigger.Queue queue -> {
                try {
                    queueListeners.add(listener(function, queue));
                } catch (IllegalArgumentException e) {
                    // Without the cause's message: it may quote the connection string.
                    problems.add("function '%s': setting '%s' is not a connection string"
                            .formatted(function.name(), queue.connection()));
                }
            }
            case Trigger.Timer timer -> {
                try {
                    CronSchedule schedule = CronSchedule.parse(timer.schedule());
                    timerListeners.add(new TimerListener(function, schedule, invoker, inFlight, Clock.systemUTC()));
                } catch (IllegalArgumentException e) {
                    problems.add("function '%s': %s".formatted(function.name(), e.getMessage()));
                }
            }
            case Trigger.Http ignored -> {}
            case Trigger.EventGrid ignored -> {}
        }
    }

    private QueueListener listener(AppFunction function, Trigger.Queue trigger) {
        Optional<MessageQueue> poison = trigger.queue().endsWith("-poison")
                ? Optional.empty()
                : Optional.of(queue(trigger.connection(), trigger.queue() + "-poison"));
        QueueOptions options = settings.queues();
        MessageQueue queue = queue(trigger.connection(), trigger.queue());
        return new QueueListener(function, queue, poison, options, invoker, inFlight, log);
    }

    private MessageQueue queue(String connection, String name) {
        return queues.open(settings.connectionString(connection).orElseThrow(), name);
    }

    private void send(QueueOutput target, List<String> messages) {
        MessageQueue queue = queue(target.connection(), target.queue());
        for (String message : messages) {
            queue.send(
                    settings.queues().encoding() == Encoding.NONE
                            ? message
                            : Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private void serve(HttpExchange exchange) {
        inFlight.begin();
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (AdminEndpoint.isMeant(path)) {
                admin.handle(exchange);
                return;
            }
            if (path.equalsIgnoreCase(EventGridWebhook.PATH)) {
                eventGrid.handle(exchange);
                return;
            }
            httpTriggers.handle(exchange);
        } catch (IOException | RuntimeException e) {
            log.host(
                    "request to '%s' was not answered"
                            .formatted(exchange.getRequestURI().getPath()),
                    e);
            answerWithFailure(exchange);
        } finally {
            inFlight.end();
        }
    }

    private static void answerWithFailure(HttpExchange exchange) {
        if (exchange.getResponseCode() < 0) {
            try {
                exchange.sendResponseHeaders(500, -1);
            } catch (IOException e) {
                // The caller has gone: nobody is left to tell, and the log has the first cause.
                return;
            }
        }
    }

    /** Where the host listens; the port is the one it was given by the system if it asked for 0. */
    public URI uri() {
        return URI.create("http://%s:%d"
                .formatted(
                        server.getAddress().getHostString(), server.getAddress().getPort()));
    }

    private void describe(PrintStream out) {
        out.println("Functions host listening on " + uri());
        keys.generated().forEach(key -> out.println("generated key: " + key));
        out.println("Functions:");
        httpTriggers.describe(uri().toString()).forEach(line -> out.println("  " + line));
        for (AppFunction function : app.functions()) {
            switch (function.trigger()) {
                case Trigger.Http ignored -> {}
                case Trigger.EventGrid ignored ->
                    out.println("  %s: eventGridTrigger %s%s?functionName=%s"
                            .formatted(function.name(), uri(), EventGridWebhook.PATH, function.name()));
                case Trigger.Queue queue ->
                    out.println("  %s: queueTrigger '%s'".formatted(function.name(), queue.queue()));
                case Trigger.Timer timer ->
                    out.println("  %s: timerTrigger '%s'".formatted(function.name(), timer.schedule()));
            }
        }
        out.flush();
    }

    /** Stops taking work, waits briefly for what runs, and ends. */
    @Override
    public void close() throws IOException {
        queueListeners.forEach(QueueListener::close);
        timerListeners.forEach(TimerListener::close);
        try {
            if (!inFlight.awaitAtMost(0, GRACE)) {
                log.host("stopping although functions still run; queue messages will be seen again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        invoker.close();
        app.close();
    }

    /** Runs until the process is told to end. */
    public static void main(String[] args) {
        // Without it the JDK's server answers keep-alive connections 40 ms late.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            Arguments arguments = Arguments.parse(args);
            InetSocketAddress address = new InetSocketAddress(arguments.address(), arguments.port());
            FunctionHost host = start(arguments.staging(), address, System.getenv(), System.out);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(host::closeQuietly));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println("usage: FunctionHost <stagingDir> [--port N] [--address 127.0.0.1]");
            System.exit(2);
        } catch (StartupException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (IOException e) {
            System.err.println("the host cannot listen or read the staging directory: " + e.getMessage());
            System.exit(1);
        }
    }

    private record Arguments(Path staging, String address, int port) {

        static Arguments parse(String[] args) {
            Arguments result = new Arguments(Path.of(""), "127.0.0.1", 7071);
            for (int i = 0; i < args.length; i++) {
                result = switch (args[i]) {
                    case "--port" -> new Arguments(result.staging, result.address, number(value(args, ++i)));
                    case "--address" -> new Arguments(result.staging, value(args, ++i), result.port);
                    default -> new Arguments(Path.of(args[i]), result.address, result.port);
                };
            }
            if (result.staging.toString().isEmpty()) {
                throw new IllegalArgumentException("the staging directory is missing");
            }
            return result;
        }

        private static String value(String[] args, int index) {
            if (index == args.length) {
                throw new IllegalArgumentException("'%s' needs a value".formatted(args[index - 1]));
            }
            return args[index];
        }

        private static int number(String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'%s' is no port".formatted(text), e);
            }
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            log.host("the app's jars could not be closed", e);
        }
    }
}
