package io.transship.functions.http;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.transship.functions.wiring.Wiring;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The description of the API, which needs no key: {@code GET /api/openapi.json}. */
public final class OpenApi {

    private static final String FILE = "/openapi.json";

    public OpenApi(Wiring wiring) {}

    @FunctionName("OpenApi")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = "openapi.json")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context)
            throws IOException {
        try (InputStream file = OpenApi.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new FileNotFoundException(FILE + " is missing in the app's package");
            }
            return request.createResponseBuilder(HttpStatus.OK)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .body(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                    .build();
        }
    }
}
