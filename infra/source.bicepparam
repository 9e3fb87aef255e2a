// The source side: exports from a registry in Azure, and leaves archives in its own container for you to carry. Whoever carries them uses
// the SAS that the app makes and renews.
using 'main.bicep'

param environmentName = 'transship-source'
param side = 'source'
param registry = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/registries/providers/Microsoft.ContainerRegistry/registries/contoso'
param storageAccess = 'RotatedSas'
param exportOptions = [
  'OverwriteBlobs'
]
param alertEmail = 'operators@contoso.example'

// With these two the app copies each finished archive to the target side by itself.
// param relayContainerUri = 'https://sttransferexample.blob.core.windows.net/transfer'
// param relaySasSecretUri = 'https://kv-example.vault.azure.net/secrets/transfer-sas'
