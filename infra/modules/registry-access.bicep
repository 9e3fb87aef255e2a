metadata description = 'Lets the app into an Azure Container Registry that exists already, wherever it is. Deployed into the registry\'s own resource group.'

@description('Name of the registry.')
param registryName string

@description('Object id of the app\'s identity.')
param principalId string

@description('Id of the role: AcrPull for a source, AcrPush for a target.')
param roleId string

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: registryName
}

// On this registry only: pull where artifacts come from, push where they go to.
resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, principalId, roleId)
  scope: registry
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}

@description('Address of the registry. It need not begin with the registry\'s name.')
output loginServer string = registry.properties.loginServer
