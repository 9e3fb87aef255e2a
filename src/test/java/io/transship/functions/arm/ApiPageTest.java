package io.transship.functions.arm;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.functions.arm.TestedApi.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/api.md}, called one after the other, answer as the line above them says. */
class ApiPageTest {

    private static final Pattern EXAMPLE = Pattern.compile(
            "# (\\d{3})[^\\n]*\\ncurl(?: -i)?(?: -X (\\w+))? \"\\$API/([^\"]*)\" -H \"\\$KEY\"(?: -d '([^']*)')?");

    @Test
    void eachExampleAnswersAsThePageSays() throws IOException {
        String page = Files.readString(Path.of("docs/api.md"));
        TestedApi api = new TestedApi(Map.of(
                "preflight", (request, pipeline) -> ArmAnswer.of(200, Json.object()),
                "plan", (request, pipeline) -> ArmAnswer.of(200, Json.object()),
                "listArchives", (request, pipeline) -> ArmAnswer.of(200, Json.object()),
                "contents", (request, pipeline) -> ArmAnswer.of(200, Json.object())));
        List<String> called = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(page);
        while (example.find()) {
            String method = example.group(2) == null ? "GET" : example.group(2);
            String address = example.group(3)
                    .replace("$V", "api-version=2025-06-01-preview")
                    .replace("\\$", "$");
            String body = example.group(4) == null ? "" : example.group(4);

            Reply reply = api.call(method, TestedApi.GROUP + "contoso/" + address, body, Map.of());

            assertThat(reply.status())
                    .as("%s %s: %s", method, address, reply.json())
                    .isEqualTo(Integer.parseInt(example.group(1)));
            called.add(method + " " + address);
        }
        assertThat(called)
                .as("examples with a status and a curl that this test understands")
                .hasSize(page.split("\\$API/", -1).length - 1);
    }
}
