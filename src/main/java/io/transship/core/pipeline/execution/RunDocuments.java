package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.DamagedRecordException;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import java.io.IOException;
import java.util.Optional;

/** The documents that the work on a run cannot do without. */
final class RunDocuments {

    private RunDocuments() {}

    /** Makes a value of a document. */
    @FunctionalInterface
    interface Parser<T> {

        /** Throws anything if the document is not what it should be; reads nothing else. */
        T parse(byte[] document) throws IOException;
    }

    /**
     * Reads a document.
     *
     * @throws DamagedRecordException if it is lost or damaged
     */
    static <T> T required(PipelineRuns runs, PipelineRun run, String name, Parser<T> parser) throws IOException {
        byte[] document = runs.document(run.execution(), name)
                .orElseThrow(() -> new DamagedRecordException(
                        "%s has lost its document '%s' in the app's storage account; retry the run, which makes another one"
                                .formatted(run.label(), name),
                        null));
        return parsed(run, name, document, parser);
    }

    /**
     * Reads a document that need not be there.
     *
     * @throws DamagedRecordException if it is damaged
     */
    static <T> Optional<T> optional(PipelineRuns runs, PipelineRun run, String name, Parser<T> parser)
            throws IOException {
        Optional<byte[]> document = runs.document(run.execution(), name);
        return document.isEmpty() ? Optional.empty() : Optional.of(parsed(run, name, document.get(), parser));
    }

    /**
     * Keeps a document, and reads what is kept: another worker's if that one came first.
     *
     * @throws DamagedRecordException if that one is damaged
     */
    static <T> T kept(PipelineRuns runs, PipelineRun run, String name, byte[] content, Parser<T> parser)
            throws IOException {
        return parsed(run, name, runs.keepDocument(run.execution(), name, content), parser);
    }

    private static <T> T parsed(PipelineRun run, String name, byte[] document, Parser<T> parser)
            throws DamagedRecordException {
        try {
            return parser.parse(document);
        } catch (IOException | RuntimeException e) {
            throw new DamagedRecordException(
                    "document '%s' of %s in the app's storage account is damaged: %s; retry the run, which makes another one"
                            .formatted(name, run.label(), e.getMessage()),
                    e);
        }
    }
}
