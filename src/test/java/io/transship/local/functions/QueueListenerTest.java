package io.transship.local.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueListenerTest {

    private static final String OUTPUT =
            "{\"type\":\"queue\",\"direction\":\"out\",\"name\":\"out\",\"queueName\":\"out\",\"connection\":\"\"}";
    private static final String FUNCTIONS = """
            public class Functions {
                static final java.util.concurrent.CyclicBarrier SIX = new java.util.concurrent.CyclicBarrier(6);
                public void each(@QueueTrigger(name = "message", queueName = "", connection = "") String message,
                        @QueueOutput(name = "out", queueName = "", connection = "") OutputBinding<List<String>> out) {
                    out.setValue(List.of(message + "-1", message + "-2"));
                }
                public void fails(@QueueTrigger(name = "message", queueName = "", connection = "") String message) {
                    throw new IllegalStateException("cannot do " + message);
                }
                public void metadata(@QueueTrigger(name = "message", queueName = "", connection = "") String message,
                        @QueueOutput(name = "out", queueName = "", connection = "") OutputBinding<String> out,
                        @BindingName("Id") String id, @BindingName("DequeueCount") long count,
                        @BindingName("InsertionTime") String time) {
                    out.setValue(id + " " + count + " " + time);
                }
                public void together(@QueueTrigger(name = "message", queueName = "", connection = "") String message) throws Exception {
                    if (message.startsWith("meet")) {
                        SIX.await(20, java.util.concurrent.TimeUnit.SECONDS);
                    }
                }
                public void slow(@QueueTrigger(name = "message", queueName = "", connection = "") String message) throws Exception {
                    new java.util.concurrent.CountDownLatch(1).await(2_500, java.util.concurrent.TimeUnit.MILLISECONDS);
                }
            }
            """;

    @TempDir
    private Path staging;

    @SuppressWarnings("NullAway.Init")
    QueueListenerTest() {}

    private SampleApp app() {
        return new SampleApp(staging).source("Functions", FUNCTIONS);
    }

    @Test
    void deletesAfterSuccessAndSendsTheOutputs() throws Exception {
        SampleApp app = app().queue("Each", "each", "work", OUTPUT);
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            app.queues.named("work").put("a");

            assertThat(app.queues.named("out").nextSent()).isEqualTo("a-1");
            assertThat(app.queues.named("out").nextSent()).isEqualTo("a-2");
            assertThat(app.queues.named("work").nextOperation()).isEqualTo("delete");
            assertThat(app.queues.named("work").size()).isZero();
        }
    }

    @Test
    void hidesAFailedMessageForTheRetryDelay() throws Exception {
        SampleApp app = app().queue("Fails", "fails", "work")
                .setting("AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:00:30");
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            app.queues.named("work").put("a");

            assertThat(app.queues.named("work").nextOperation()).isEqualTo("hide PT30S");
            assertThat(app.queues.named("work-poison").size()).isZero();
        }
    }

    @Test
    void movesAMessageToThePoisonQueueAfterTheLastAttempt() throws Exception {
        SampleApp app = app().queue("Fails", "fails", "work")
                .hostJson("{\"version\":\"2.0\",\"extensions\":{\"queues\":{\"maxDequeueCount\":3}}}");
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            InMemoryQueues.Queue queue = app.queues.named("work");
            queue.put("a");

            assertThat(queue.nextOperation()).isEqualTo("hide PT0S");
            assertThat(queue.nextOperation()).isEqualTo("hide PT0S");
            assertThat(queue.nextOperation()).isEqualTo("delete");
            assertThat(app.queues.named("work-poison").nextSent()).isEqualTo("a");
            assertThat(queue.size()).isZero();
        }
    }

    @Test
    void movesAMessageThatIsNotBase64ToThePoisonQueueAtOnce() throws Exception {
        SampleApp app = app().queue("Each", "each", "work", OUTPUT);
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            app.queues.named("work").send("not base64!");

            assertThat(app.queues.named("work").nextOperation()).isEqualTo("delete");
            assertThat(app.queues.named("work-poison").size()).isEqualTo(1);
        }
    }

    @Test
    void leavesAFailedMessageOfAPoisonQueueHidden() throws Exception {
        SampleApp app = app().queue("Fails", "fails", "work-poison");
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            app.queues.named("work-poison").put("a");

            Awaitility.await().until(app::console, text -> text.contains("cannot do a"));
        }
        assertThat(app.queues.named("work-poison").operations).isEmpty();
        assertThat(app.queues.named("work-poison").size()).isEqualTo(1);
        assertThat(app.queues.named("work-poison-poison").size()).isZero();
    }

    @Test
    void offersMetadataAndLetsTheBodyOverwriteIt() throws Exception {
        SampleApp app = app().queue("Metadata", "metadata", "work", OUTPUT);
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            app.queues.named("work").put("plain");
            assertThat(app.queues.named("out").nextSent()).isEqualTo("id-1 1 \"1970-01-01T00:00:00Z\"");

            app.queues.named("work").put("{\"id\":\"mine\",\"dequeueCount\":9}");
            assertThat(app.queues.named("out").nextSent()).isEqualTo("mine 9 \"1970-01-01T00:00:00Z\"");
        }
    }

    @Test
    void runsABatchAndTheThresholdAtOnceAndNoMore() throws Exception {
        SampleApp app = app().queue("Together", "together", "work")
                .setting("AzureFunctionsJobHost__extensions__queues__batchSize", "4")
                .setting("azurefunctionsjobhost__extensions__QUEUES__newbatchthreshold", "2");
        app.queues.named("work").putAll("meet 1", "meet 2");
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            Awaitility.await().until(() -> app.queues.named("work").mostAtOnce() == 2);
            app.queues.named("work").putAll("meet 3", "meet 4", "meet 5", "meet 6", "seventh");

            for (int i = 0; i < 7; i++) {
                assertThat(app.queues.named("work").nextOperation()).isEqualTo("delete");
            }
            assertThat(app.queues.named("work").mostAtOnce()).isEqualTo(6);
        }
    }

    @Test
    void keepsAMessageHiddenWhileItsFunctionRuns() throws Exception {
        SampleApp app = app().queue("Slow", "slow", "work").setting("TRANSSHIP_LOCAL_VISIBILITY", "2s");
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            app.queues.named("work").put("a");

            assertThat(app.queues.named("work").nextOperation()).isEqualTo("hide PT2S");
            assertThat(app.queues.named("work").nextOperation()).isEqualTo("hide PT2S");
            assertThat(app.queues.named("work").nextOperation()).isEqualTo("delete");
        }
    }

    @Test
    void waitsForRunningMessagesWhenItStops() throws Exception {
        SampleApp app = app().queue("Slow", "slow", "work");
        FunctionHost host = app.start();
        app.queues.named("work").put("a");
        Awaitility.await().until(() -> app.queues.named("work").mostAtOnce() == 1);

        host.close();

        assertThat(app.queues.named("work").operations).containsExactly("delete");
    }

    @Test
    void failsTheInvocationAndEndsTheProcessAfterFunctionTimeout() throws Exception {
        SampleApp app =
                app().queue("Slow", "slow", "work").setting("AzureFunctionsJobHost__functionTimeout", "00:00:01");
        try (FunctionHost host = app.start()) {
            assertThat(host.uri().getPort()).isPositive();
            app.queues.named("work").put("a");

            assertThat(app.queues.named("work").nextOperation()).isEqualTo("hide PT0S");
        }
        assertThat(app.exits).first().isEqualTo(70);
        assertThat(app.console()).contains("'Slow' has run longer than functionTimeout (PT1S)");
    }
}
