package io.transship.local.functions.app;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import io.transship.local.functions.app.AppFunction.InstanceSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The packaged app, loaded and found good. Thread-safe. Closing it closes the app's class loader. */
public final class FunctionApp implements AutoCloseable {

    private final AppClassLoader loader;
    private final Optional<FunctionInstanceInjector> injector;
    private final List<AppFunction> functions;

    private FunctionApp(
            AppClassLoader loader, Optional<FunctionInstanceInjector> injector, List<AppFunction> functions) {
        this.loader = loader;
        this.injector = injector;
        this.functions = List.copyOf(functions);
    }

    /** Reads and loads everything; throws one exception with all problems. */
    public static FunctionApp load(Path staging, HostSettings settings) throws StartupException, IOException {
        List<String> problems = new ArrayList<>();
        StagingDirectory directory = new StagingDirectory(staging, settings, problems);
        List<FunctionDefinition> definitions = directory.functions();
        List<Path> jars = Stream.concat(
                        definitions.stream().map(FunctionDefinition::jar).distinct(), directory.libraries().stream())
                .toList();
        Optional<String> ingestion = settings.setting(LocalAgent.ENDPOINT);
        ingestion.map(URI::create).ifPresent(LocalAgent::attach);
        AppClassLoader loader = new AppClassLoader(jars, ingestion.isPresent());
        try {
            Optional<FunctionInstanceInjector> injector = injector(loader, problems);
            InstanceSource instances = injector.isPresent() ? InstanceSource.INJECTOR : InstanceSource.CONSTRUCTOR;
            List<AppFunction> functions = definitions.stream()
                    .flatMap(definition -> AppFunction.load(definition, loader, instances, problems).stream())
                    .sorted(Comparator.comparing(AppFunction::name))
                    .toList();
            StartupException.throwIfAny(problems);
            return new FunctionApp(loader, injector, functions);
        } catch (StartupException | RuntimeException e) {
            loader.close();
            throw e;
        }
    }

    private static Optional<FunctionInstanceInjector> injector(ClassLoader loader, List<String> problems) {
        try {
            List<ServiceLoader.Provider<FunctionInstanceInjector>> found =
                    ServiceLoader.load(FunctionInstanceInjector.class, loader).stream()
                            .toList();
            if (found.size() > 1) {
                problems.add("the app has %d classes of FunctionInstanceInjector in META-INF/services: %s; keep one"
                        .formatted(
                                found.size(),
                                found.stream()
                                        .map(provider -> provider.type().getName())
                                        .toList()));
                return Optional.empty();
            }
            return found.stream().findFirst().map(ServiceLoader.Provider::get);
        } catch (ServiceConfigurationError | LinkageError e) {
            problems.add("FunctionInstanceInjector cannot be made: %s; on Azure no function would be answered"
                    .formatted(e.getCause() == null ? e : e.getCause()));
            return Optional.empty();
        }
    }

    public List<AppFunction> functions() {
        return functions;
    }

    ClassLoader loader() {
        return loader;
    }

    /** A new instance for each invocation, unless the injector decides otherwise. */
    Object instanceFor(AppFunction function) throws Exception {
        Class<?> type = function.method().getDeclaringClass();
        if (injector.isPresent()) {
            return injector.get().getInstance(type);
        }
        return type.getConstructor().newInstance();
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
