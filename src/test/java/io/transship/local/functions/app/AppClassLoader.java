package io.transship.local.functions.app;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads the app from its packaged jars and from nothing else. Its parent shows the JDK and the interfaces that the real
 * worker brings too ({@code com.microsoft.azure.functions.*} without the annotations, which ship in the app's
 * {@code lib}). So a class path that only works in the IDE fails here: no Gson, no {@code target/classes}, no library of
 * the host. Whoever makes it closes it.
 */
final class AppClassLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    /**
     * Loads from these jars.
     *
     * @param agent whether an agent in this process listens to what the app tells OpenTelemetry's API
     */
    AppClassLoader(List<Path> jars, boolean agent) throws MalformedURLException {
        super("app", urls(jars), new WorkerApi(agent));
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    private static final class WorkerApi extends ClassLoader {

        private static final String API = "com.microsoft.azure.functions.";
        private static final String TELEMETRY = "io.opentelemetry.";
        private static final String ANNOTATIONS = API + "annotation.";

        static {
            registerAsParallelCapable();
        }

        private final boolean agent;

        WorkerApi(boolean agent) {
            super("worker-api", ClassLoader.getPlatformClassLoader());
            this.agent = agent;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if ((name.startsWith(API) && !name.startsWith(ANNOTATIONS)) || (agent && name.startsWith(TELEMETRY))) {
                return Class.forName(name, false, AppClassLoader.class.getClassLoader());
            }
            throw new ClassNotFoundException(name);
        }
    }
}
