metadata description = 'Every role that these templates assign: what it is called, its id, and in the comment who gets it, why, and where.'

// Ids of built-in roles are the same in every Azure cloud. Templates take them from here and nowhere else.
@export()
var roles = {
  // The Functions host leases blobs for its timers and keeps keys there; the app keeps plans and reports. Microsoft asks for Owner, because the
  // host creates its containers itself. To: the app's identity. On: the host storage account.
  storageBlobDataOwner: {
    name: 'Storage Blob Data Owner'
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  }
  // The app enqueues steps, the host takes them from the queue and moves what fails to the poison queue.
  // To: the app's identity. On: the host storage account.
  storageQueueDataContributor: {
    name: 'Storage Queue Data Contributor'
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  }
  // The app keeps pipelines and runs in a table. To: the app's identity. On: the host storage account.
  storageTableDataContributor: {
    name: 'Storage Table Data Contributor'
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  }
  // The app writes, reads, lists and (with DeleteSourceBlobOnSuccess) deletes archives; a SAS that it signs can do no more than it can itself.
  // To: the app's identity. On: the one container of archives. Also Event Grid's identity, on the container of dead letters only.
  storageBlobDataContributor: {
    name: 'Storage Blob Data Contributor'
    id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  }
  // With SAS only: the app asks for the key that signs a user delegation SAS. Such keys belong to the account, so there is no narrower scope.
  // To: the app's identity. On: the transfer storage account.
  storageBlobDelegator: {
    name: 'Storage Blob Delegator'
    id: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a'
  }
  // With a registry password only: the app reads it. To: the app's identity. On: that one secret.
  keyVaultSecretsUser: {
    name: 'Key Vault Secrets User'
    id: '4633458b-17de-408a-b874-0445c86b69e6'
  }
  // With SAS only: the app reads the SAS and writes new versions of it. To: the app's identity. On: that one secret.
  keyVaultSecretsOfficer: {
    name: 'Key Vault Secrets Officer'
    id: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  }
  // Export reads manifests and blobs. To: the app's identity. On: the source registry.
  acrPull: {
    name: 'AcrPull'
    id: '7f951dda-4ed3-4680-a7ca-43fe172d538d'
  }
  // Import looks for what is there and writes the rest; the role includes pulling. To: the app's identity. On: the target registry.
  acrPush: {
    name: 'AcrPush'
    id: '8311e382-0749-4cb8-b61a-304f252e45ec'
  }
  // The host sends telemetry with its identity, because keys for that are switched off. To: the app's identity. On: Application Insights.
  monitoringMetricsPublisher: {
    name: 'Monitoring Metrics Publisher'
    id: '3913510d-42f4-4e42-8a64-420c390055eb'
  }
}
