metadata description = 'The storage account that archives are in. Others may be given access to its one container; the app\'s own data is elsewhere.'

import { roles } from '../roles.bicep'
import { deadLetterContainer } from '../names.bicep'

@description('Name of the storage account, 3 to 24 lower-case letters and digits.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Redundancy, such as Standard_LRS or Standard_ZRS.')
param sku string

@description('Container of the archives.')
param containerName string

@description('Days after which an archive is deleted. 0: never.')
param retentionDays int

@description('Object id of the app\'s identity.')
param principalId string

@description('Whether the app signs SAS of this account and so needs to ask for user delegation keys.')
param signsSas bool

@description('Whether the account is reached by private endpoints only.')
param isPrivate bool

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    // A SAS is signed with a user delegation key: nothing here needs the account's keys.
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Event Grid writes dead letters as a trusted service, with its own identity.
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: {
        enabled: true
        days: 7
      }
      containerDeleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource archives 'containers' = {
      name: containerName
    }

    resource deadLetters 'containers' = {
      name: deadLetterContainer
    }
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = if (retentionDays > 0) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'delete-old-archives'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: [
                'blockBlob'
              ]
              prefixMatch: [
                '${containerName}/'
              ]
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: retentionDays
                }
              }
            }
          }
        }
      ]
    }
  }
  dependsOn: [
    account::blobs
  ]
}

// On the container of archives, not on the account.
resource archiveAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::blobs::archives.id, principalId, roles.storageBlobDataContributor.id)
  scope: account::blobs::archives
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor.id)
  }
}

// Only who signs SAS may ask for the key that signs them.
resource delegation 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (signsSas) {
  name: guid(account.id, principalId, roles.storageBlobDelegator.id)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDelegator.id)
  }
}

@description('Resource id of the account.')
output id string = account.id

@description('Name of the account.')
output name string = account.name

@description('Address of the container of archives.')
output containerUri string = '${account.properties.primaryEndpoints.blob}${containerName}'
