package io.transship.local;

import io.transship.local.demo.Screen;

/** Tells a person where everything in a local cloud is, and what to call first. The secrets in it are as old as the cloud. */
final class Signpost {

    private final LocalCloud cloud;

    Signpost(LocalCloud cloud) {
        this.cloud = cloud;
    }

    void print(Screen screen) {
        String app = cloud.host().uri().toString();
        String key = cloud.functionKey();
        screen.line("""

                  app               %s   x-functions-key: %s
                  dashboard         %s/api/dashboard   takes that key
                  master key        %s
                  source registry   %s   %s / %s
                  target registry   %s   %s / %s
                  source container  %s
                  target container  %s
                  vault             %s
                  certificate       %s   (for curl --cacert)
                  log of the host   %s

                  push something    skopeo copy --dest-tls-verify=false --dest-creds %s:%s \\
                                      docker://your.registry/name:tag docker://%s/name:tag
                  export it         curl -i -H 'x-functions-key: %s' %s/api/export \\
                                      -d '{"pipeline":"exportdemo","artifacts":["name:tag"],"blobName":"name.tar"}'
                  watch the import  curl -H 'x-functions-key: %s' \\
                                      '%s/api%s/pipelineRuns?api-version=2025-06-01-preview'

                  Ctrl-C stops everything.""".formatted(
                        app,
                        key,
                        app,
                        cloud.host().setting(HostProcess.MASTER_KEY),
                        cloud.registry("source").uri(),
                        LocalCloud.USERNAME,
                        cloud.registryPassword("source"),
                        cloud.registry("target").uri(),
                        LocalCloud.USERNAME,
                        cloud.registryPassword("target"),
                        cloud.container("srcstore").getBlobContainerUrl(),
                        cloud.container("dststore").getBlobContainerUrl(),
                        cloud.vault().uri(),
                        cloud.certificates().certificatePem(),
                        cloud.host().log(),
                        LocalCloud.USERNAME,
                        cloud.registryPassword("source"),
                        cloud.registry("source").loginServer(),
                        key,
                        app,
                        key,
                        app,
                        cloud.registryPath("target")));
    }
}
