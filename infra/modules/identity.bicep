metadata description = 'The one identity of the app. It outlives the app, so roles given by others stay when the app is made anew.'

@description('Name of the identity.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Object id that roles are given to.')
output principalId string = identity.properties.principalId

@description('Client id that settings name it by.')
output clientId string = identity.properties.clientId
