package io.transship.functions.settings;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.cloud.FederatedIdentities;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.definition.DeclaredPipelines;
import io.transship.core.pipeline.definition.PipelineHosts;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The app's settings, parsed once. A problem never stops the app from loading, because a function that cannot be loaded
 * answers nobody: problems are kept and reported by whoever needs the settings.
 *
 * @param serverSideCopy whether a storage service may be given what opens a source container, to fetch from it by itself
 * @param serverSideExport whether it may be given what a registry's redirect opens
 * @param bytesPerSecond how much content may pass through one process; empty for as much as can
 * @param callersAreChecked whether the platform authenticates callers: without that anyone could write the header that
 *     names them
 * @param problems all of them, each starting with the name of its setting
 */
public record AppSettings(
        CloudEndpoints cloud,
        FederatedIdentities identities,
        DeclaredPipelines pipelines,
        RegistryDirectory registries,
        AllowedHosts allowedHosts,
        TransferSettings transfer,
        boolean serverSideCopy,
        boolean serverSideExport,
        Duration stepTime,
        int registryAttempts,
        OptionalLong bytesPerSecond,
        UpkeepSettings upkeep,
        boolean callersAreChecked,
        List<String> problems) {

    /** Names of the app settings. */
    public static final String PIPELINES = "TRANSSHIP_PIPELINES";

    static final String PIPELINES_FILE = "TRANSSHIP_PIPELINES_FILE";

    /** Where the platform says that the app's files are. */
    private static final String SCRIPT_ROOT = "AzureWebJobsScriptRoot";

    /** What the platform says of its own. */
    private static final String CALLERS_CHECKED = "WEBSITE_AUTH_ENABLED";

    public static final String REGISTRIES = "TRANSSHIP_REGISTRIES";
    static final String IDENTITIES = "TRANSSHIP_IDENTITIES";
    public static final String ALLOWED_HOSTS = "TRANSSHIP_ALLOWED_HOSTS";
    static final String BLOCK_BYTES = "TRANSSHIP_BLOCK_BYTES";
    static final String SLICE_BYTES = "TRANSSHIP_SLICE_BYTES";
    static final String SERVER_SIDE_COPY = "TRANSSHIP_SERVER_SIDE_COPY";
    static final String SERVER_SIDE_EXPORT = "TRANSSHIP_SERVER_SIDE_EXPORT";
    static final String STEP_DEADLINE = "TRANSSHIP_STEP_DEADLINE";
    static final String REGISTRY_ATTEMPTS = "TRANSSHIP_REGISTRY_ATTEMPTS";
    static final String BYTES_PER_SECOND = "TRANSSHIP_BYTES_PER_SECOND";

    private static final Duration DEFAULT_STEP_TIME = Duration.ofMinutes(8);
    private static final int DEFAULT_REGISTRY_ATTEMPTS = 5;

    /** With less a request would take longer than servers wait for its end. */
    private static final long LEAST_BYTES_PER_SECOND = 64 * 1024;

    public AppSettings {
        problems = List.copyOf(problems);
    }

    /** The problems as an addition to a message; empty if there are none. */
    public String describeProblems() {
        return problems.isEmpty() ? "" : " (the app's settings have problems: " + String.join("; ", problems) + ")";
    }

    /** Reads the settings of an environment, as the platform passes them. */
    public static AppSettings of(Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        CloudEndpoints cloud = CloudSettings.of(environment, problems);
        List<String> pipelineProblems = new ArrayList<>();
        DeclaredPipelines pipelines = pipelines(environment, pipelineProblems);
        pipelineProblems.forEach(problem -> problems.add(declaredIn(environment) + " " + problem));
        List<String> identityProblems = new ArrayList<>();
        FederatedIdentities identities =
                FederatedIdentities.parse(environment.getOrDefault(IDENTITIES, ""), cloud, identityProblems);
        identityProblems.forEach(problem -> problems.add(IDENTITIES + " " + problem));
        List<String> registryProblems = new ArrayList<>();
        RegistryDirectory registries =
                RegistryDirectory.parse(environment.getOrDefault(REGISTRIES, ""), cloud, registryProblems);
        registryProblems.forEach(problem -> problems.add(REGISTRIES + " " + problem));
        AllowedHosts allowedHosts =
                new AllowedHosts(cloud.hostSuffixes(), hosts(environment.getOrDefault(ALLOWED_HOSTS, "")));
        PipelineHosts hosts = new PipelineHosts(registries, allowedHosts);
        pipelines.all().stream()
                .flatMap(pipeline -> hosts.problemsOf(pipeline).stream())
                .map(problem -> "%s: %s".formatted(ALLOWED_HOSTS, problem.message()))
                .distinct()
                .forEach(problems::add);
        return new AppSettings(
                cloud,
                identities,
                pipelines,
                registries,
                allowedHosts,
                transfer(environment, problems),
                isOn(environment, SERVER_SIDE_COPY, true, problems),
                isOn(environment, SERVER_SIDE_EXPORT, false, problems),
                setting(environment, STEP_DEADLINE, DEFAULT_STEP_TIME.toString(), AppSettings::duration, problems),
                setting(
                        environment,
                        REGISTRY_ATTEMPTS,
                        String.valueOf(DEFAULT_REGISTRY_ATTEMPTS),
                        text -> (int) number(text, 1, 20),
                        problems),
                bytesPerSecond(environment, problems),
                UpkeepSettings.of(environment, problems),
                environment.getOrDefault(CALLERS_CHECKED, "").equalsIgnoreCase("true"),
                problems);
    }

    /** Pipelines are declared in a setting, or in a file that is deployed with the app, where they have more room. */
    private static DeclaredPipelines pipelines(Map<String, String> environment, List<String> problems) {
        String json = environment.getOrDefault(PIPELINES, "");
        String file = environment.getOrDefault(PIPELINES_FILE, "").trim();
        if (!file.isEmpty() && !json.isBlank()) {
            problems.add("and %s are both set; pipelines are declared in one of them, and %s is used"
                    .formatted(PIPELINES_FILE, PIPELINES));
        } else if (!file.isEmpty()) {
            try {
                Path directory = Path.of(environment.getOrDefault(SCRIPT_ROOT, ""));
                json = Files.readString(directory.resolve(file));
            } catch (IOException | IllegalArgumentException e) {
                problems.add("names '%s', which cannot be read: %s; deploy it with the app, beside host.json"
                        .formatted(file, e));
            }
        }
        return DeclaredPipelines.parse(json, problems);
    }

    private static String declaredIn(Map<String, String> environment) {
        return environment.getOrDefault(PIPELINES, "").isBlank()
                        && !environment.getOrDefault(PIPELINES_FILE, "").isBlank()
                ? PIPELINES_FILE
                : PIPELINES;
    }

    private static TransferSettings transfer(Map<String, String> environment, List<String> problems) {
        TransferSettings standard = TransferSettings.DEFAULT;
        long block = setting(
                environment,
                BLOCK_BYTES,
                String.valueOf(standard.blockBytes()),
                text -> number(text, 1, Integer.MAX_VALUE),
                problems);
        long slice = setting(
                environment,
                SLICE_BYTES,
                String.valueOf(standard.sliceBytes()),
                text -> number(text, 1, Long.MAX_VALUE),
                problems);
        try {
            return new TransferSettings((int) block, slice);
        } catch (IllegalArgumentException e) {
            problems.add("%s, %s: %s".formatted(BLOCK_BYTES, SLICE_BYTES, e.getMessage()));
            return standard;
        }
    }

    static <T> T setting(
            Map<String, String> environment,
            String name,
            String standard,
            Function<String, T> parser,
            List<String> problems) {
        String text = environment.getOrDefault(name, "");
        if (!text.isBlank()) {
            try {
                return parser.apply(text.trim());
            } catch (IllegalArgumentException e) {
                problems.add("%s %s; the default %s is used".formatted(name, e.getMessage(), standard));
            }
        }
        return parser.apply(standard);
    }

    private static OptionalLong bytesPerSecond(Map<String, String> environment, List<String> problems) {
        return setting(
                environment,
                BYTES_PER_SECOND,
                "0",
                text -> text.equals("0")
                        ? OptionalLong.empty()
                        : OptionalLong.of(number(text, LEAST_BYTES_PER_SECOND, Long.MAX_VALUE)),
                problems);
    }

    /** Set to what is neither true nor false it is off: whoever set it may have meant to forbid it. */
    private static boolean isOn(Map<String, String> environment, String name, boolean standard, List<String> problems) {
        String text = environment.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return standard;
        }
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            problems.add("%s is '%s': expected true or false; every byte is streamed until it is corrected"
                    .formatted(name, text));
        }
        return text.equalsIgnoreCase("true");
    }

    static Duration duration(String text) {
        Duration duration = anyDuration(text);
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("is '%s': expected a duration such as PT8M".formatted(text));
        }
        return duration;
    }

    static Duration anyDuration(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Falls through to the one message.
        }
        throw new IllegalArgumentException("is '%s': expected a duration such as PT8M".formatted(text));
    }

    private static long number(String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message.
        }
        throw new IllegalArgumentException("is '%s': expected a number from %d to %d".formatted(text, least, most));
    }

    private static Set<String> hosts(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toCollection(HashSet::new));
    }
}
