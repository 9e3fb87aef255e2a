package io.transship.local.functions.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One {@code function.json}, with its settings resolved.
 *
 * @param jar the app's jar, absolute
 * @param className the class half of {@code entryPoint}
 * @param methodName the method half of {@code entryPoint}
 */
public record FunctionDefinition(
        String name, Path jar, String className, String methodName, Trigger trigger, List<QueueOutput> outputs) {

    public FunctionDefinition {
        outputs = List.copyOf(outputs);
    }

    /** What makes the function run. {@code parameter} is the binding's name, which the method's annotation repeats. */
    public sealed interface Trigger {

        String parameter();

        /** An HTTP request; no methods means all of them. */
        record Http(String parameter, String route, Set<String> methods, AuthLevel level) implements Trigger {

            public Http {
                methods = Set.copyOf(methods);
            }
        }

        /** An event that the Event Grid webhook received. */
        record EventGrid(String parameter) implements Trigger {}

        /** A message of a storage queue; the connection is the name of a setting, not its value. */
        record Queue(String parameter, String queue, String connection) implements Trigger {}

        /** A point in time, by an NCRONTAB expression. */
        record Timer(String parameter, String schedule) implements Trigger {}
    }

    /** Which key a request must carry. */
    public enum AuthLevel {
        ANONYMOUS,
        FUNCTION,
        ADMIN
    }

    /** A queue that the function's {@code OutputBinding} of that name fills; the connection is the name of a setting. */
    public record QueueOutput(String parameter, String queue, String connection) {}
}
