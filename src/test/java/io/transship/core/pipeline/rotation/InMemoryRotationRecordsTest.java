package io.transship.core.pipeline.rotation;

class InMemoryRotationRecordsTest extends RotationRecordsContract {

    @Override
    protected RotationRecords emptyStore() {
        return new InMemoryRotationRecords();
    }
}
