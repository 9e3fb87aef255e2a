"""Microsoft's own client for ACR Transfer, pointed at Transship.

usage: TRANSSHIP_FUNCTION_KEY=... microsoft_sdk.py ADDRESS CONTAINER SECRET ARTIFACT

Creates an export and an import pipeline and a run of each, polls them to their end, lists and deletes them, with the
oldest and the newest client that Debian's package has. Nothing of the client is changed: it is only told where the service is and to show a function key instead of a token of Azure, which azure-core
would not send over plain http.
"""

import importlib
import os
import sys

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.policies import SansIOHTTPPolicy

GROUP = "demo"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
VERSIONS = ["v2019_12_01_preview", "v2022_02_01_preview"]


class FunctionKey(SansIOHTTPPolicy):
    """Shows the function key."""

    def __init__(self, key):
        self._key = key

    def on_request(self, request):
        request.http_request.headers["x-functions-key"] = self._key


class NoToken:
    """The client wants a credential; one that is asked for a token is a mistake."""

    def get_token(self, *scopes, **kwargs):
        raise AssertionError("the client asked for a token of Azure")


def check(what, actual, expected):
    if actual != expected:
        raise AssertionError("%s is %r, expected %r" % (what, actual, expected))
    print("  %s is %r" % (what, actual))


def refused(what, error, call):
    try:
        call()
    except error as e:
        print("  %s: refused, %s" % (what, e.message.splitlines()[0]))
        return e
    raise AssertionError("%s was not refused with %s" % (what, error.__name__))


def run_again(client, export_run, exported):
    again = client.pipeline_runs.begin_create(GROUP, "source", exported.name, export_run).result()
    check("finish of the same run asked for again", again.response.finish_time, exported.response.finish_time)
    export_run.force_update_tag = "2"
    once_more = client.pipeline_runs.begin_create(GROUP, "source", exported.name, export_run).result()
    check("with another tag it ran again", once_more.response.finish_time > exported.response.finish_time, True)


def fail(client, models, exporting):
    failing = models.PipelineRun(
        request=models.PipelineRunRequest(
            pipeline_resource_id=exporting.id,
            artifacts=["nobody/has:this"],
            target=models.PipelineRunTargetProperties(name="never.tar"),
        )
    )
    failure = refused(
        "a run that fails",
        HttpResponseError,
        client.pipeline_runs.begin_create(GROUP, "source", "failing", failing).result,
    )
    check("the failure names the artifact", "nobody/has" in failure.message, True)

    failing.request.artifacts = ["Not A Name", "fine:1", "a@sha256:12"]
    problem = refused(
        "a run with two artifacts that are none",
        HttpResponseError,
        lambda: client.pipeline_runs.begin_create(GROUP, "source", "wrong", failing),
    )
    check("status", problem.status_code, 400)
    check(
        "targets of the details",
        [detail.target for detail in problem.error.details],
        ["properties.request.artifacts[0]", "properties.request.artifacts[2]"],
    )
    refused(
        "what is declared",
        ResourceExistsError,
        lambda: client.export_pipelines.begin_delete(GROUP, "source", "exportdemo"),
    )


def transfer(version, address, key, container, secret, artifact, special_cases):
    """Does it all with one version of the client; once is enough for what is not of a version."""
    print(version)
    module = importlib.import_module("azure.mgmt.containerregistry." + version)
    models = module.models
    client = module.ContainerRegistryManagementClient(
        NoToken(), SUBSCRIPTION, base_url=address, authentication_policy=FunctionKey(key)
    )
    name = version.replace("_", "")[:9]
    archive = name + ".tar"

    exporting = client.export_pipelines.begin_create(
        GROUP,
        "source",
        "sdk" + name,
        models.ExportPipeline(
            location="westeurope",
            identity=models.IdentityProperties(type="SystemAssigned"),
            target=models.ExportPipelineTargetProperties(
                type="AzureStorageBlobContainer", uri=container, key_vault_uri=secret
            ),
            options=["OverwriteBlobs"],
        ),
    ).result()
    check("state of the export pipeline", exporting.provisioning_state, "Succeeded")
    check("location", exporting.location, "westeurope")
    check("secret", exporting.target.key_vault_uri, secret)

    importing = client.import_pipelines.begin_create(
        GROUP,
        "target",
        "sdk" + name,
        models.ImportPipeline(
            identity=models.IdentityProperties(type="SystemAssigned"),
            source=models.ImportPipelineSourceProperties(uri=container, key_vault_uri=secret),
            trigger=models.PipelineTriggerProperties(
                source_trigger=models.PipelineSourceTriggerProperties(status="Disabled")
            ),
            options=["OverwriteTags"],
        ),
    ).result()
    check("state of the import pipeline", importing.provisioning_state, "Succeeded")
    check("trigger", importing.trigger.source_trigger.status, "Disabled")

    export_run = models.PipelineRun(
        request=models.PipelineRunRequest(
            pipeline_resource_id=exporting.id,
            artifacts=[artifact],
            target=models.PipelineRunTargetProperties(name=archive),
        ),
        force_update_tag="1",
    )
    exported = client.pipeline_runs.begin_create(GROUP, "source", "out" + name, export_run).result()
    check("state of the export", exported.provisioning_state, "Succeeded")
    check("status of the export", exported.response.status, "Succeeded")
    check("progress", exported.response.progress.percentage, "100")
    check("archive", exported.response.target.uri, container + "/" + archive)
    imported = client.pipeline_runs.begin_create(
        GROUP,
        "target",
        "into" + name,
        models.PipelineRun(
            request=models.PipelineRunRequest(
                pipeline_resource_id=importing.id, source=models.PipelineRunSourceProperties(name=archive)
            )
        ),
    ).result()
    check("state of the import", imported.provisioning_state, "Succeeded")
    check("imported artifacts", imported.response.imported_artifacts, [artifact])

    check("sdk" + name + " is listed", "sdk" + name in [p.name for p in client.export_pipelines.list(GROUP, "source")], True)
    runs = [run.name for run in client.pipeline_runs.list(GROUP, "source")]
    check("newest run", runs[0], "out" + name)
    check("one that is read", client.pipeline_runs.get(GROUP, "target", "into" + name).name, "into" + name)

    if special_cases:
        run_again(client, export_run, exported)
        fail(client, models, exporting)

    for registry, run in [("source", "out" + name), ("target", "into" + name)]:
        client.pipeline_runs.begin_delete(GROUP, registry, run).result()
        refused("run " + run, ResourceNotFoundError, lambda: client.pipeline_runs.get(GROUP, registry, run))
    client.export_pipelines.begin_delete(GROUP, "source", "sdk" + name).result()
    client.import_pipelines.begin_delete(GROUP, "target", "sdk" + name).result()
    client.import_pipelines.begin_delete(GROUP, "target", "sdk" + name).result()
    refused(
        "the pipeline", ResourceNotFoundError, lambda: client.import_pipelines.get(GROUP, "target", "sdk" + name)
    )


def main():
    address, container, secret, artifact = sys.argv[1:]
    key = os.environ["TRANSSHIP_FUNCTION_KEY"]
    for version in VERSIONS:
        transfer(version, address, key, container, secret, artifact, version == VERSIONS[0])
    print("all right")


if __name__ == "__main__":
    main()
