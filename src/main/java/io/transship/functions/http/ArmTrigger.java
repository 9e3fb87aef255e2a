package io.transship.functions.http;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmError;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.settings.AppSettings;
import java.io.IOException;
import java.util.Optional;

/** Between the HTTP triggers of the Functions library and the API. Immutable. */
final class ArmTrigger {

    /** Route of a registry. */
    static final String REGISTRY =
            "subscriptions/{subscription}/resourceGroups/{resourceGroup}/providers/Microsoft.ContainerRegistry/registries/{registry}";

    /** Route behind a collection: all of it, one resource, or something that one can do. */
    static final String ITEM_AND_VERB = "/{name?}/{verb?}";

    private static final String CALLER = "x-ms-client-principal-name";

    /** What answers a request of the API. */
    @FunctionalInterface
    interface Resources {
        ArmAnswer answer(ArmRequest request) throws IOException;
    }

    private final boolean callersAreChecked;

    ArmTrigger(AppSettings settings) {
        this.callersAreChecked = settings.callersAreChecked();
    }

    HttpResponseMessage answer(HttpRequestMessage<Optional<String>> request, Resources resources) {
        ArmRequest read = new ArmRequest(
                request.getHttpMethod().name(),
                request.getUri(),
                request.getHeaders(),
                request.getBody().orElse(""),
                callersAreChecked
                        ? Optional.ofNullable(request.getHeaders().get(CALLER)).filter(name -> !name.isBlank())
                        : Optional.empty());
        ArmAnswer answer = ArmError.answering(() -> resources.answer(read));
        HttpResponseMessage.Builder response = request.createResponseBuilder(HttpStatusType.custom(answer.status()));
        answer.headers().forEach(response::header);
        if (!answer.body().isEmpty()) {
            response.body(answer.body());
        }
        return response.build();
    }
}
