metadata description = 'The app\'s own storage account: code package, leases and keys of the Functions host, steps, pipelines, runs, reports. Only the app\'s identity gets in.'

import { roles } from '../roles.bicep'
import { packageContainer, planContainer, poisonQueue, reportContainer, stateTable, stepQueue } from '../names.bicep'

@description('Name of the storage account, 3 to 24 lower-case letters and digits.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Redundancy, such as Standard_LRS or Standard_ZRS.')
param sku string

@description('Object id of the app\'s identity.')
param principalId string

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
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
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

    resource packages 'containers' = {
      name: packageContainer
    }

    resource plans 'containers' = {
      name: planContainer
    }

    resource reports 'containers' = {
      name: reportContainer
    }
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource steps 'queues' = {
      name: stepQueue
    }

    resource poison 'queues' = {
      name: poisonQueue
    }
  }

  resource tables 'tableServices' = {
    name: 'default'

    resource state 'tables' = {
      name: stateTable
    }
  }
}

var appRoles = [
  roles.storageBlobDataOwner
  roles.storageQueueDataContributor
  roles.storageTableDataContributor
]

// On the whole account, because it holds nothing but the app's own data.
resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in appRoles: {
  name: guid(account.id, principalId, role.id)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
  }
}]

@description('Resource id of the account.')
output id string = account.id

@description('Address of its blob service, with a slash at the end.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Address of its queue service, with a slash at the end.')
output queueEndpoint string = account.properties.primaryEndpoints.queue

@description('Address of its table service, with a slash at the end.')
output tableEndpoint string = account.properties.primaryEndpoints.table
