package io.transship.local.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.transship.local.functions.app.HostSettings;
import io.transship.local.functions.app.StartupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionHostTest {

    private static final String HTTP_BINDING =
            "{\"type\":\"httpTrigger\",\"direction\":\"in\",\"name\":\"req\",\"authLevel\":\"ANONYMOUS\"}";
    private static final String TIMER_BINDING =
            "{\"type\":\"timerTrigger\",\"direction\":\"in\",\"name\":\"timer\",\"schedule\":\"%TICK%\"}";

    @TempDir
    private Path staging;

    @SuppressWarnings("NullAway.Init")
    FunctionHostTest() {}

    private static List<String> problemsOf(SampleApp app) throws Exception {
        try (FunctionHost host = app.start()) {
            throw new AssertionError("started at " + host.uri());
        } catch (StartupException e) {
            return e.problems();
        }
    }

    @Test
    void refusesEveryTypeThatTheWorkerWouldSpoilAndListsThemAll() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source("Functions", """
                        public class Functions {
                            public record Body(String text) {}
                            public void pojo(@HttpTrigger(name = "req") HttpRequestMessage<Optional<Body>> req) {}
                            public void raw(@HttpTrigger(name = "req") HttpRequestMessage<Map<String, String>> req) {}
                            public Body result(@HttpTrigger(name = "req") String req) { return new Body(req); }
                            public void number(@HttpTrigger(name = "req") String req, @BindingName("n") int n) {}
                            public void unbound(@HttpTrigger(name = "req") String req, String other) {}
                            public void misnamed(@HttpTrigger(name = "request") String req) {}
                            public void twice(@HttpTrigger(name = "req") String req) {}
                            public void twice(@HttpTrigger(name = "req") String req, ExecutionContext context) {}
                            public static class Inner {
                                public void run(@HttpTrigger(name = "req") String req) {}
                            }
                        }
                        """)
                .source("Static", """
                        public class Static {
                            static final int VALUE = Integer.parseInt("no number");
                            public void run(@HttpTrigger(name = "req") String req) {}
                        }
                        """)
                .source("Needy", """
                        public class Needy {
                            public Needy(String needed) {}
                            public void run(@HttpTrigger(name = "req") String req) {}
                        }
                        """)
                .http("Pojo", "pojo", "")
                .http("Raw", "raw", "")
                .http("Result", "result", "")
                .http("Number", "number", "")
                .http("Unbound", "unbound", "")
                .http("Misnamed", "misnamed", "")
                .http("Twice", "twice", "")
                .http("Absent", "absent", "")
                .function("Nested", "app.Functions.Inner.run", HTTP_BINDING)
                .function("Static", "app.Static.run", HTTP_BINDING)
                .function("Needy", "app.Needy.run", HTTP_BINDING)
                .function("Missing", "app.Missing.run", HTTP_BINDING);

        assertThat(problemsOf(app))
                .hasSize(12)
                .anySatisfy(problem -> assertThat(problem).contains("'Pojo'", "'req'", "Body", "use String"))
                .anySatisfy(problem -> assertThat(problem).contains("'Raw'", "Map"))
                .anySatisfy(problem -> assertThat(problem).contains("'Result'", "returns 'app.Functions$Body'"))
                .anySatisfy(problem -> assertThat(problem).contains("'Number'", "'int'", "use String or long"))
                .anySatisfy(problem -> assertThat(problem).contains("'Unbound'", "'other'", "no binding annotation"))
                .anySatisfy(problem -> assertThat(problem).contains("'Misnamed'", "'request'", "function.json"))
                .anySatisfy(problem -> assertThat(problem).contains("'Twice'", "2 public methods"))
                .anySatisfy(problem -> assertThat(problem).contains("'Absent'", "0 public methods"))
                .anySatisfy(problem -> assertThat(problem).contains("'Nested'", "is nested"))
                .anySatisfy(problem -> assertThat(problem).contains("'Static'", "no number", "never answered"))
                .anySatisfy(problem -> assertThat(problem).contains("'Needy'", "public constructor"))
                .anySatisfy(problem -> assertThat(problem).contains("'Missing'", "not in the app's jars"));
    }

    @Test
    void refusesBindingsAndRoutesItCannotKeep() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source("Functions", """
                        public class Functions {
                            public void run(@HttpTrigger(name = "req") String req) {}
                            public void tick(@TimerTrigger(name = "timer", schedule = "") String timer) {}
                            public void message(@QueueTrigger(name = "message", queueName = "", connection = "") String message) {}
                        }
                        """)
                .function("Blob", "app.Functions.run", "{\"type\":\"blobTrigger\",\"direction\":\"in\",\"name\":\"b\"}")
                .function(
                        "Table",
                        "app.Functions.run",
                        HTTP_BINDING,
                        "{\"type\":\"table\",\"direction\":\"out\",\"name\":\"t\"}")
                .function("Tick", "app.Functions.tick", TIMER_BINDING)
                .queue("Message", "message", "%STEPS%")
                .queue("Short", "message", "Q1");

        assertThat(problemsOf(app))
                .anySatisfy(problem -> assertThat(problem).contains("'Blob'", "'blobTrigger'"))
                .anySatisfy(problem -> assertThat(problem).contains("'Table'", "'table'"))
                .anySatisfy(problem -> assertThat(problem).contains("'Tick'", "'TICK'", "missing"))
                .anySatisfy(problem -> assertThat(problem).contains("'Message'", "'STEPS'", "missing"))
                .anySatisfy(problem -> assertThat(problem).contains("'Short'", "'Q1' is no queue name"));
    }

    @Test
    void refusesRoutesThatHideEachOtherAndSchedulesThatAreNone() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source("Functions", """
                        public class Functions {
                            public void run(@HttpTrigger(name = "req") String req) {}
                            public void tick(@TimerTrigger(name = "timer", schedule = "") String timer) {}
                        }
                        """)
                .http("First", "run", ",\"route\":\"runs/{name}\",\"methods\":[\"GET\"]")
                .http("Second", "run", ",\"route\":\"runs/{id}\",\"methods\":[\"get\",\"put\"]")
                .http("Third", "run", ",\"route\":\"runs/{id}\",\"methods\":[\"DELETE\"]")
                .function("Tick", "app.Functions.tick", TIMER_BINDING)
                .setting("TICK", "* * *");

        assertThat(problemsOf(app))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("'First' and 'Second'", "same route"))
                .anySatisfy(problem -> assertThat(problem).contains("'Tick'", "'* * *'"));
    }

    @Test
    void namesTheConnectionSettingThatIsMissing() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source(
                        "Functions",
                        "public class Functions { public void m(@QueueTrigger(name = \"message\", queueName = \"\", connection = \"\") String m) {} }")
                .queue("Message", "m", "steps")
                .setting("AzureWebJobsStorage", "");

        assertThat(problemsOf(app)).singleElement().asString().contains("'Message'", "'AzureWebJobsStorage'");
    }

    @Test
    void refusesAnAppWithoutHostJson() {
        assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> HostSettings.read(staging, Map.of()))
                .withMessageContaining("host.json");
    }

    @Test
    void takesEachInstanceFromTheOneInjector() throws Exception {
        SampleApp app = injected().injectors("app.Injector");
        try (FunctionHost host = app.start()) {
            app.queues.named("work").put("a");
            app.queues.named("work").put("b");

            assertThat(List.of(
                            app.queues.named("out").nextSent(),
                            app.queues.named("out").nextSent()))
                    .containsExactlyInAnyOrder("injected 1", "injected 2");
            assertThat(host.uri().getHost()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void refusesTwoInjectors() throws Exception {
        assertThat(problemsOf(injected().injectors("app.Injector", "app.Other")))
                .anySatisfy(problem -> assertThat(problem).contains("app.Injector", "app.Other", "keep one"));
    }

    private SampleApp injected() throws IOException {
        String injector = """
                public class %s implements com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector {
                    private final java.util.concurrent.atomic.AtomicInteger count =
                            new java.util.concurrent.atomic.AtomicInteger();
                    public <T> T getInstance(Class<T> type) throws Exception {
                        return type.getConstructor(String.class).newInstance("injected " + count.incrementAndGet());
                    }
                }
                """;
        return new SampleApp(staging)
                .source("Injector", injector.formatted("Injector"))
                .source("Other", injector.formatted("Other"))
                .source("Functions", """
                        public class Functions {
                            private final String text;
                            public Functions(String text) { this.text = text; }
                            public void m(@QueueTrigger(name = "message", queueName = "", connection = "") String m,
                                    @QueueOutput(name = "out", queueName = "", connection = "") OutputBinding<String> out) { out.setValue(text); }
                        }
                        """)
                .queue(
                        "Message",
                        "m",
                        "work",
                        "{\"type\":\"queue\",\"direction\":\"out\",\"name\":\"out\",\"queueName\":\"out\"}");
    }

    @Test
    void runsTimersWithTheScheduleAsJson() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source("Functions", """
                        public class Functions {
                            public void tick(@TimerTrigger(name = "timer", schedule = "") String timer,
                                    ExecutionContext context) { context.getLogger().info("tick " + timer); }
                        }
                        """)
                .function("Tick", "app.Functions.tick", TIMER_BINDING)
                .setting("TICK", "* * * * * *");
        try (FunctionHost host = app.start()) {
            Awaitility.await().until(app::console, text -> text.contains("Function.Tick] tick"));
            assertThat(app.console())
                    .contains("Functions host listening on " + host.uri())
                    .contains("Tick: timerTrigger '* * * * * *'")
                    .contains("\"Schedule\":{\"AdjustForDST\":true}")
                    .contains("\"IsPastDue\":false");
        }
    }

    @Test
    void runsATimersFunctionWhenAnOperatorAsksForIt() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source("Functions", """
                        public class Functions {
                            public void tick(@TimerTrigger(name = "timer", schedule = "") String timer,
                                    ExecutionContext context) { context.getLogger().info("tick " + timer); }
                        }
                        """)
                .function("Tick", "app.Functions.tick", TIMER_BINDING)
                .setting("TICK", "0 0 0 1 1 *");
        try (FunctionHost host = app.start();
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host.uri() + "/admin/functions/tick"))
                    .POST(HttpRequest.BodyPublishers.ofString("{}"));
            assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(401);
            assertThat(app.console()).doesNotContain("Function.Tick] tick");

            request.header("x-functions-key", SampleApp.MASTER_KEY);
            assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(202);
            Awaitility.await().until(app::console, text -> text.contains("Function.Tick] tick"));

            request.uri(URI.create(host.uri() + "/admin/functions/other"));
            assertThat(client.send(request.build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void endsWithinFiveSecondsWhenTheProcessIsTerminated() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source(
                        "Functions",
                        "public class Functions { public void r(@HttpTrigger(name = \"req\") String r) {} }")
                .http("Run", "r", "");
        app.build();
        Process process = start(app);
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).startsWith("Functions host listening on http://127.0.0.1:");

            process.destroy();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void exitsWithSeventyWhenAFunctionPassesItsTimeout() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source("Functions", """
                        public class Functions {
                            public void never(@HttpTrigger(name = "req") String r) throws Exception {
                                new java.util.concurrent.CountDownLatch(1).await();
                            }
                        }
                        """)
                .http("Never", "never", "")
                .setting("AzureFunctionsJobHost__functionTimeout", "00:00:01");
        app.build();
        Process process = start(app);
        try (BufferedReader output = process.inputReader();
                HttpClient client = HttpClient.newHttpClient()) {
            String uri = output.readLine().replace("Functions host listening on ", "");
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(uri + "/api/never")).build();

            assertThatIOException().isThrownBy(() -> client.send(request, BodyHandlers.discarding()));

            assertThat(process.waitFor()).isEqualTo(70);
            assertThat(output.lines()).anyMatch(line -> line.contains("'Never' has run longer than functionTimeout"));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void exitsWithOneAndAllProblemsWhenTheAppCannotStart() throws Exception {
        SampleApp app = new SampleApp(staging)
                .source("Functions", "public class Functions {}")
                .http("First", "a", "")
                .http("Second", "b", "");
        app.build();
        Process process = start(app);
        try (BufferedReader errors = process.errorReader()) {
            List<String> lines = errors.lines().toList();

            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(String.join("\n", lines)).contains("cannot start", "'First'", "'Second'");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(SampleApp app) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FunctionHost.class.getName(),
                app.staging.toString(),
                "--port",
                "0"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(app.settings());
        Files.createDirectories(app.staging);
        return builder.start();
    }
}
