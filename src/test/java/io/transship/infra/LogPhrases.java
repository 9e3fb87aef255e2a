package io.transship.infra;

import io.transship.core.pipeline.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the code says of itself in its texts: the names of its functions, and the fixed parts of messages. */
final class LogPhrases {

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)+)\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("%[-,.0-9]*[a-zA-Z]");
    private static final Pattern FUNCTION = Pattern.compile("@FunctionName\\(\"(\\w+)\"\\)");

    private LogPhrases() {}

    /** The texts between the placeholders of every message, and the first words of lines that are put together. */
    static List<String> ofCode() throws IOException {
        List<String> texts = found(TEXT).toList();
        Stream<String> ends = texts.contains("Run")
                ? Arrays.stream(RunStatus.values()).map(status -> "Run" + status.label())
                : Stream.of();
        return Stream.concat(texts.stream(), ends)
                .flatMap(text -> PLACEHOLDER.splitAsStream(text))
                .filter(phrase -> !phrase.isEmpty())
                .distinct()
                .toList();
    }

    static Set<String> functions() throws IOException {
        return new TreeSet<>(found(FUNCTION).toList());
    }

    private static Stream<String> found(Pattern pattern) throws IOException {
        List<Path> files = Templates.under(Path.of("src/main/java"), ".java");
        Stream.Builder<String> found = Stream.builder();
        for (Path file : files) {
            pattern.matcher(Files.readString(file))
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .forEach(found);
        }
        return found.build();
    }
}
