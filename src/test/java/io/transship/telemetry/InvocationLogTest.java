package io.transship.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.transfer.Fanout;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InvocationLogTest {

    private static final System.Logger LOG = System.getLogger("io.transship.core.anything");

    private final Logger invocation = Logger.getAnonymousLogger();
    private final LoggedLines lines = new LoggedLines();
    private final LoggedLines elsewhere = new LoggedLines();

    @BeforeEach
    void listen() {
        invocation.setUseParentHandlers(false);
        invocation.addHandler(lines);
        Logger.getLogger("").addHandler(elsewhere);
    }

    @AfterEach
    void forget() {
        Logger.getLogger("").removeHandler(elsewhere);
    }

    @Test
    void linesOfAnInvocationGoToItsLoggerAndNowhereElse() {
        try (CurrentInvocation current = CurrentInvocation.enter(invocation, null)) {
            assertThat(current).isNotNull();
            LOG.log(System.Logger.Level.WARNING, "a line with {0} and 'quotes'");
        }

        assertThat(lines.all()).containsExactly("a line with {0} and 'quotes'");
        assertThat(elsewhere.all()).isEmpty();
    }

    @Test
    void threadsThatAnInvocationStartsLogUnderIt() throws Exception {
        try (CurrentInvocation current = CurrentInvocation.enter(invocation, null)) {
            assertThat(current).isNotNull();
            Fanout.map(List.of(1, 2, 3), 3, number -> {
                LOG.log(System.Logger.Level.INFO, "number " + number);
                return number;
            });
        }

        assertThat(lines.all()).containsExactlyInAnyOrder("number 1", "number 2", "number 3");
    }

    @Test
    void whatIsLoggedAfterAnInvocationGoesWhereItWentBefore() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Thread survivor;
        try (CurrentInvocation current = CurrentInvocation.enter(invocation, null)) {
            assertThat(current).isNotNull();
            survivor = Thread.ofPlatform().start(() -> {
                await(over);
                LOG.log(System.Logger.Level.INFO, "late");
            });
        }
        over.countDown();
        survivor.join();
        LOG.log(System.Logger.Level.INFO, "later");

        assertThat(lines.all()).isEmpty();
        assertThat(elsewhere.all()).containsExactly("late", "later");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
