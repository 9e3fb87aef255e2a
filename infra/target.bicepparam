// The target side in a closed network: imports into a registry in Azure what arrives in its container.
using 'main.bicep'

param environmentName = 'transship-target'
param side = 'target'
param registry = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/registries/providers/Microsoft.ContainerRegistry/registries/fabrikam'
param importOptions = [
  'OverwriteTags'
]
param network = 'NewNetwork'
param publicAccess = 'EventGridOnly'
param entraClientId = '00000000-0000-0000-0000-000000000001'
param alertEmail = 'operators@fabrikam.example'
