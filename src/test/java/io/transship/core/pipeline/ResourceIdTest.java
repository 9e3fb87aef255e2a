package io.transship.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceIdTest {

    private static final String TEXT =
            "/subscriptions/S1/resourceGroups/rg-1/providers/Microsoft.ContainerRegistry/registries/Contoso/pipelineRuns/run_1-a";

    @Test
    void readsItsPartsAndWritesThemBack() {
        ResourceId id = ResourceId.parse(TEXT);

        assertThat(id.registry()).isEqualTo("Contoso");
        assertThat(id.type()).isEqualTo(ResourceId.Type.PIPELINE_RUN);
        assertThat(id.name()).isEqualTo("run_1-a");
        assertThat(id).hasToString(TEXT);
        assertThat(ResourceId.of("S1", "rg-1", "Contoso", ResourceId.Type.PIPELINE_RUN, "run_1-a"))
                .isEqualTo(id);
        assertThat(id.type().armType()).isEqualTo("Microsoft.ContainerRegistry/registries/pipelineRuns");
    }

    @Test
    void idsThatDifferInCaseAloneAreEqual() {
        ResourceId id = ResourceId.parse(TEXT);
        ResourceId shouted = ResourceId.parse(TEXT.toUpperCase(Locale.ROOT));

        assertThat(shouted).isEqualTo(id).hasSameHashCodeAs(id);
        assertThat(shouted.scope()).isEqualTo(id.scope());
        assertThat(id).isNotEqualTo(id.sibling(ResourceId.Type.PIPELINE_RUN, "run_1-b"));
        assertThat(id).isNotEqualTo(id.sibling(ResourceId.Type.EXPORT_PIPELINE, "run_1-a"));
        // Letters that are alike in upper case only are not the same letter.
        ResourceId dotless = ResourceId.parse(TEXT.replace("rg-1", "ı"));
        ResourceId dotted = ResourceId.parse(TEXT.replace("rg-1", "i"));
        assertThat(dotless).isNotEqualTo(dotted);
        assertThat(dotless.scope()).isNotEqualTo(dotted.scope());
    }

    @Test
    void siblingsShareTheScope() {
        ResourceId id = ResourceId.parse(TEXT);

        assertThat(id.sibling(ResourceId.Type.IMPORT_PIPELINE, "in").scope()).isEqualTo(id.scope());
        assertThat(id.scope())
                .isEqualTo(
                        "/subscriptions/s1/resourcegroups/rg-1/providers/microsoft.containerregistry/registries/contoso");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r",
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r/tasks/t",
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r/pipelineRuns/a/b",
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r/pipelineRuns/-a",
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r/pipelineRuns/a b",
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r.x/pipelineRuns/a",
                "/subscriptions//resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r/pipelineRuns/a",
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/registries/r/pipelineRuns/a"
            })
    void refusesWhatIsNotTheIdOfAPipelineOrRun(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ResourceId.parse(text));
    }
}
