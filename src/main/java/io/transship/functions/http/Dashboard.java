package io.transship.functions.http;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.transship.functions.dashboard.PageFiles;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.util.Optional;

/** The page for operators, {@code GET /api/dashboard}: anonymous, since it holds no data; what it shows needs the key. */
public final class Dashboard {

    private final ArmTrigger trigger;
    private final PageFiles files;

    public Dashboard(Wiring wiring) {
        this.trigger = new ArmTrigger(wiring.settings());
        this.files = new PageFiles(wiring.settings().callersAreChecked());
    }

    @FunctionName("Dashboard")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = "dashboard/{file?}")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return Invocation.of(context, () -> trigger.answer(request, files::answer));
    }
}
