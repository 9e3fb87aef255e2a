package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostProcessTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Test
    void runsWithTheFlagsOfTheWorkerAndTheAppSettingsAlone() throws Exception {
        Map<String, String> settings = Map.of("JAVA_OPTS", "-XX:TieredStopAtLevel=4 -Xmx64m", "MY_SETTING", "my value");
        try (HostProcess host = HostProcess.start(options(settings, StubHost.class))) {
            String answer = status(host.uri());

            assertThat(answer)
                    .contains("-XX:+TieredCompilation, -XX:TieredStopAtLevel=1, -Djava.net.preferIPv4Stack=true,"
                            + " -XX:TieredStopAtLevel=4, -Xmx64m")
                    .contains("MY_SETTING=my value")
                    .contains("arguments=[" + directory + ", --port, "
                            + host.uri().getPort() + "]");
            assertThat(answer.lines().filter(line -> line.startsWith("name=")))
                    .isSubsetOf("name=HOME", "name=JAVA_OPTS", "name=MY_SETTING", "name=PATH");
        }
    }

    @Test
    void comesBackAtTheSameAddressAfterAKill() throws Exception {
        try (HostProcess host = HostProcess.start(options(Map.of(), StubHost.class))) {
            URI first = host.uri();

            host.kill();
            assertThatThrownBy(() -> status(first)).isInstanceOf(IOException.class);
            host.restart();

            assertThat(host.uri()).isEqualTo(first);
            assertThat(status(first)).contains("Running");
        }
    }

    @Test
    void saysWhatAHostPrintedThatDidNotStart() {
        assertThatThrownBy(() -> HostProcess.start(options(Map.of(), BrokenHost.class)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with code 3")
                .hasMessageContaining("no app in the staging directory");
    }

    private HostProcess.Options options(Map<String, String> settings, Class<?> mainClass) {
        return new HostProcess.Options(directory, directory.resolve("host.log"), settings, mainClass.getName());
    }

    private String status(URI host) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(host.resolve("/admin/host/status")).build();
        return JsonExchange.JSON
                .readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body())
                .toString()
                .replace("\\n", "\n");
    }

    /** Answers the probe with what it was started with. */
    static final class StubHost {

        private StubHost() {}

        /** Takes what the real host takes. */
        public static void main(String[] arguments) throws IOException {
            int port = Integer.parseInt(arguments[2]);
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            StringBuilder seen = new StringBuilder();
            seen.append(ManagementFactory.getRuntimeMXBean().getInputArguments())
                    .append('\n');
            seen.append("arguments=").append(List.of(arguments)).append('\n');
            System.getenv()
                    .keySet()
                    .forEach(name -> seen.append("name=").append(name).append('\n'));
            seen.append("MY_SETTING=").append(System.getenv("MY_SETTING")).append('\n');
            server.createContext(
                    "/", raw -> new JsonExchange(raw).answer(200, Map.of("state", "Running", "seen", seen.toString())));
            server.start();
        }
    }

    /** Ends at once. */
    static final class BrokenHost {

        private BrokenHost() {}

        /** Takes anything. */
        public static void main(String[] arguments) {
            System.out.println("no app in the staging directory");
            System.exit(3);
        }
    }
}
