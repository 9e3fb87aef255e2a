package io.transship.core.pipeline.definition;

class InMemoryPipelineStoreTest extends PipelineStoreContract {

    @Override
    protected PipelineStore emptyStore() {
        return new InMemoryPipelineStore();
    }
}
