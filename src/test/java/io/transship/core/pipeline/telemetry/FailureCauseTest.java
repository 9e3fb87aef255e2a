package io.transship.core.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.sas.InvalidSasException;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailureCauseTest {

    @Test
    void isTheFirstCauseThatSaysWhatItIs() {
        IOException refused = TransferException.at(
                Side.TARGET, "sealing at the", new StorageException(StorageException.Kind.ACCESS_DENIED, "403"));

        assertThat(FailureCause.of(new IOException("wrapped", refused))).isEqualTo(FailureCause.ACCESS_DENIED);
        assertThat(FailureCause.of(new InvalidSasException("expired"))).isEqualTo(FailureCause.SAS_INVALID);
        assertThat(FailureCause.of(new IllegalStateException("bug"))).isEqualTo(FailureCause.OTHER);
    }
}
