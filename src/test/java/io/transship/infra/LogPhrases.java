package io.transship.infra;

import io.transship.core.pipeline.run.RunStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the code says of itself in its texts: the names of its functions, and the fixed parts of messages. */
final class LogPhrases {

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)+)\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("%[-,.0-9]*[a-zA-Z]");
    private static final Pattern FUNCTION = Pattern.compile("@FunctionName\\(\"(\\w+)\"\\)");

    private LogPhrases() {}

    private static final class Code {

        private static final List<String> SOURCES = read();

        private static List<String> read() {
            try {
                List<String> sources = new ArrayList<>();
                for (Path file : Templates.under(Path.of("src/main/java"), ".java")) {
                    sources.add(Files.readString(file));
                }
                return sources;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The texts between the placeholders of every message, and the first words of lines that are put together. */
    static List<String> ofCode() {
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

    static Set<String> functions() {
        return new TreeSet<>(found(FUNCTION).toList());
    }

    private static Stream<String> found(Pattern pattern) {
        return Code.SOURCES.stream()
                .flatMap(source -> pattern.matcher(source).results())
                .map(match -> match.group(1));
    }
}
