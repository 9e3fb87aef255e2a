package io.transship.bench.report;

import io.transship.bench.peer.Transship;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Draws the wall times of export and import as bars with their medians, and lines from the least to the most. */
public final class SpeedChart {

    private static final int WIDTH = 760;
    private static final int NAMES = 110;
    private static final int FIGURES = 60;
    private static final int BAR = 16;
    private static final int ROW = 22;
    private static final int TITLE = 30;
    private static final int MARGIN = 16;

    /** Readable on white and on black. */
    private static final String STYLE = """
            <style>
              svg { background: #ffffff }
              text { font: 13px system-ui, sans-serif; fill: #1f2328 }
              .title { font-weight: 600 }
              .ours { fill: #0969da }
              .other { fill: #8c959f }
              .range { stroke: #1f2328; stroke-width: 1.5 }
              @media (prefers-color-scheme: dark) {
                svg { background: #0d1117 }
                text { fill: #e6edf3 }
                .ours { fill: #58a6ff }
                .other { fill: #6e7681 }
                .range { stroke: #e6edf3 }
              }
            </style>
            """;

    private final SpeedResults results;
    private final StringBuilder drawn = new StringBuilder();
    private int y = MARGIN;

    private SpeedChart(SpeedResults results) {
        this.results = results;
    }

    /** Writes an SVG. */
    public static void write(Path file, SpeedResults results) throws IOException {
        Files.writeString(file, new SpeedChart(results).svg());
    }

    private String svg() {
        for (String set : results.sets()) {
            for (Leg leg : List.of(Leg.EXPORT, Leg.IMPORT)) {
                draw(set, leg);
            }
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="Wall times of export and import">
                %s%s</svg>
                """.formatted(WIDTH, y + MARGIN, STYLE, drawn);
    }

    /** Each leg has a scale of its own: sets differ by a hundred times. */
    private void draw(String set, Leg leg) {
        List<String> contenders = results.contenders(set, leg);
        double longest = contenders.stream()
                .mapToDouble(
                        who -> results.spread(set, leg, who, Measurement::wall).max())
                .max()
                .orElse(1);
        double scale = (WIDTH - NAMES - FIGURES - 2 * MARGIN) / longest;
        add(String.format(
                Locale.ROOT,
                "<text class='title' x='%d' y='%d'>Set %s, %s (seconds)</text>",
                MARGIN,
                y + TITLE / 2,
                set,
                leg.title()));
        y += TITLE;
        for (String who : contenders) {
            Spread wall = results.spread(set, leg, who, Measurement::wall);
            int left = MARGIN + NAMES;
            int middle = y + BAR / 2;
            add(String.format(Locale.ROOT, "<text x='%d' y='%d'>%s</text>", MARGIN, middle + 4, who));
            add(String.format(
                    Locale.ROOT,
                    "<rect class='%s' x='%d' y='%d' width='%.1f' height='%d'/>",
                    who.equals(Transship.NAME) ? "ours" : "other",
                    left,
                    y,
                    wall.median() * scale,
                    BAR));
            add(String.format(
                    Locale.ROOT,
                    "<line class='range' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>",
                    left + wall.min() * scale,
                    middle,
                    left + wall.max() * scale,
                    middle));
            add(String.format(
                    Locale.ROOT,
                    "<text x='%.1f' y='%d'>%.2f</text>",
                    left + wall.max() * scale + 6,
                    middle + 4,
                    wall.median()));
            y += ROW;
        }
        y += MARGIN / 2;
    }

    private void add(String element) {
        drawn.append(element).append('\n');
    }
}
