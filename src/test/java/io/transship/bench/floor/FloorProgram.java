package io.transship.bench.floor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One leg of the floor, in a process of its own. */
final class FloorProgram {

    private static final int PARALLEL = 4;

    private FloorProgram() {}

    /**
     * Moves a list of pieces.
     *
     * @param arguments {@code export} or {@code import}, the registry's and the blob's address, the SAS, and the list's file
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        // The JDK keeps five idle connections to a server if nothing is said.
        System.setProperty("http.maxConnections", "64");
        List<Piece> pieces = Piece.parse(Files.readAllLines(Path.of(arguments[4])));
        try (Pipes pipes = new Pipes(PARALLEL)) {
            if (arguments[0].equals("export")) {
                new FloorExport(arguments[1], arguments[2], arguments[3], pieces).run(pipes);
            } else {
                new FloorImport(arguments[1], arguments[2], arguments[3], pieces).run(pipes);
            }
        }
    }
}
