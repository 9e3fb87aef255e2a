package io.transship.local.functions.app;

import com.microsoft.azure.functions.HttpResponseMessage;
import io.transship.local.functions.app.FunctionDefinition.Trigger;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A function whose class has been loaded and whose signature has been found good. Immutable.
 *
 * @param arguments one for each parameter of the method
 */
public record AppFunction(FunctionDefinition definition, Method method, List<Argument> arguments) {

    public AppFunction {
        arguments = List.copyOf(arguments);
    }

    public String name() {
        return definition.name();
    }

    public Trigger trigger() {
        return definition.trigger();
    }

    /** Loads and initialises the class; whatever is wrong is added to the problems. */
    static Optional<AppFunction> load(
            FunctionDefinition definition, ClassLoader loader, InstanceSource instances, List<String> problems) {
        int before = problems.size();
        try {
            Class<?> type = Class.forName(definition.className(), true, loader);
            Method method = method(definition, type, problems);
            if (type.getEnclosingClass() != null) {
                problems.add(nested(definition));
            }
            if (instances == InstanceSource.CONSTRUCTOR && !hasPublicConstructor(type)) {
                problems.add("function '%s': class '%s' needs a public constructor without parameters, or an injector"
                        .formatted(definition.name(), definition.className()));
            }
            if (method != null) {
                AppFunction function = new AppFunction(definition, method, arguments(definition, method, problems));
                return problems.size() == before ? Optional.of(function) : Optional.empty();
            }
        } catch (ClassNotFoundException e) {
            problems.add(missing(definition, loader));
        } catch (LinkageError e) {
            problems.add(
                    "function '%s': class '%s' cannot be linked or initialised: %s; on Azure this is never answered"
                            .formatted(definition.name(), definition.className(), rootOf(e)));
        }
        return Optional.empty();
    }

    /** Who makes the instances of function classes. */
    enum InstanceSource {
        CONSTRUCTOR,
        INJECTOR
    }

    private static @Nullable Method method(FunctionDefinition definition, Class<?> type, List<String> problems) {
        List<Method> named = Arrays.stream(type.getMethods())
                .filter(method -> method.getName().equals(definition.methodName()))
                .filter(method -> !method.isBridge())
                .toList();
        if (named.size() != 1) {
            problems.add("function '%s': class '%s' has %d public methods called '%s'; there must be exactly one"
                    .formatted(definition.name(), definition.className(), named.size(), definition.methodName()));
            return null;
        }
        Method method = named.getFirst();
        boolean http = definition.trigger() instanceof Trigger.Http;
        Class<?> result = method.getReturnType();
        if (result != void.class && !(http && (result == HttpResponseMessage.class || result == String.class))) {
            problems.add("function '%s': returns '%s', which no binding takes"
                    .formatted(definition.name(), result.getTypeName()));
        }
        return method;
    }

    private static List<Argument> arguments(FunctionDefinition definition, Method method, List<String> problems) {
        List<Argument> arguments = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            try {
                arguments.add(Argument.of(parameter, definition));
            } catch (IllegalArgumentException e) {
                problems.add("function '%s': parameter '%s' %s"
                        .formatted(definition.name(), parameter.getName(), e.getMessage()));
            }
        }
        return arguments;
    }

    private static boolean hasPublicConstructor(Class<?> type) {
        return !Modifier.isAbstract(type.getModifiers())
                && Arrays.stream(type.getConstructors())
                        .mapToInt(Constructor::getParameterCount)
                        .anyMatch(count -> count == 0);
    }

    /** The Maven plugin writes nested classes with a dot, which no class loader finds: says so instead of "not found". */
    private static String missing(FunctionDefinition definition, ClassLoader loader) {
        String file = definition.className().replace('.', '/');
        int slash = file.lastIndexOf('/');
        String enclosed = slash < 0 ? file : file.substring(0, slash) + "$" + file.substring(slash + 1);
        if (loader.getResource(enclosed + ".class") != null) {
            return nested(definition);
        }
        return "function '%s': class '%s' is not in the app's jars"
                .formatted(definition.name(), definition.className());
    }

    private static String nested(FunctionDefinition definition) {
        return "function '%s': class '%s' is nested; the worker loads top-level classes only"
                .formatted(definition.name(), definition.className());
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
