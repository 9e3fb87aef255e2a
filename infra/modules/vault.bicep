metadata description = 'The vault of the SAS that the app rotates and of registry passwords. With managed identity everywhere it stays empty.'

import { roles } from '../roles.bicep'
import { sasSecret } from '../names.bicep'

@description('Name of the vault, 3 to 24 letters, digits and hyphens.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Object id of the app\'s identity.')
param principalId string

@description('Whether the app writes a SAS into this vault.')
param signsSas bool

@description('Names of the secrets that hold registry passwords. You set them; the app reads them.')
param passwordSecrets string[]

@description('Whether the vault is reached by private endpoints only.')
param isPrivate bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // Cannot be switched off again, and keeps the vault's name taken for 90 days after tear-down.
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

// The app makes this secret itself; only its place has to be known for the role.
resource sas 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = {
  parent: vault
  name: sasSecret
}

resource passwords 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = [for secret in passwordSecrets: {
  parent: vault
  name: secret
}]

// Reads the SAS and writes new versions: of this one secret, because whoever may change pipelines decides which secrets get a SAS.
resource sasAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (signsSas) {
  name: guid(vault.id, sasSecret, principalId, roles.keyVaultSecretsOfficer.id)
  scope: sas
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsOfficer.id)
  }
}

// Reads a registry's password, and cannot change it.
resource passwordAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (secret, i) in passwordSecrets: {
  name: guid(vault.id, secret, principalId, roles.keyVaultSecretsUser.id)
  scope: passwords[i]
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser.id)
  }
}]

@description('Resource id of the vault.')
output id string = vault.id

@description('Name of the vault.')
output name string = vault.name

@description('Address of the vault, with a slash at the end.')
output uri string = vault.properties.vaultUri
