metadata description = 'Second phase, after the code is deployed: event subscriptions, whose handshake is answered by the running app.'

targetScope = 'resourceGroup'

import { roles } from 'roles.bicep'
import { committingOperations, deadLetterContainer, importFunction, rotationFunction } from 'names.bicep'

@description('Azure region of the storage account and the vault.')
param location string = resourceGroup().location

@description('Name of the function app.')
param functionAppName string

@description('Name of the storage account that archives arrive in.')
param storageAccountName string

@description('Container that archives arrive in.')
param containerName string

@description('Name of the vault of the SAS.')
param vaultName string

@description('Whether archives that arrive are imported.')
param subscribeToArchives bool

@description('Whether SAS that come to their end are renewed at once. The hourly timer renews them without it.')
param subscribeToExpiry bool

@description('Action group that is told of dead letters. Empty: nobody.')
param actionGroupId string = ''

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName
}

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: deadLetterContainer
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

resource archiveTopic 'Microsoft.EventGrid/systemTopics@2022-06-15' = if (subscribeToArchives) {
  name: 'evgt-archives-${functionAppName}'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource expiryTopic 'Microsoft.EventGrid/systemTopics@2022-06-15' = if (subscribeToExpiry) {
  name: 'evgt-expiry-${functionAppName}'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
  }
}

// Event Grid writes what it could not deliver; the account takes no keys, so it needs a role, on that container only.
resource archiveDeadLetterAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (subscribeToArchives) {
  name: guid(account::blobs::deadLetters.id, 'archives', functionAppName, roles.storageBlobDataContributor.id)
  scope: account::blobs::deadLetters
  properties: {
    principalId: archiveTopic!.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor.id)
  }
}

// The same for events of the vault, whose topic has an identity of its own.
resource expiryDeadLetterAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (subscribeToExpiry) {
  name: guid(account::blobs::deadLetters.id, 'expiry', functionAppName, roles.storageBlobDataContributor.id)
  scope: account::blobs::deadLetters
  properties: {
    principalId: expiryTopic!.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor.id)
  }
}

var deadLetters = {
  identity: {
    type: 'SystemAssigned'
  }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: {
      resourceId: account.id
      blobContainerName: deadLetterContainer
    }
  }
}

// A day of attempts: for longer than that, the sweep and the hourly timer do the work.
var retries = {
  maxDeliveryAttempts: 30
  eventTimeToLiveInMinutes: 1440
}

resource archives 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2022-06-15' = if (subscribeToArchives) {
  parent: archiveTopic
  name: 'transship-archives'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    // Event Grid fetches the key of this kind of destination by itself, so no identity is needed and no key is written down.
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${app.id}/functions/${importFunction}'
        // One failure would send a whole batch again.
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    filter: {
      subjectBeginsWith: '/blobServices/default/containers/${containerName}/blobs/'
      includedEventTypes: [
        'Microsoft.Storage.BlobCreated'
      ]
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.api'
          values: committingOperations
        }
      ]
    }
    retryPolicy: retries
    deadLetterWithResourceIdentity: deadLetters
  }
  dependsOn: [
    archiveDeadLetterAccess
  ]
}

resource expiry 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2022-06-15' = if (subscribeToExpiry) {
  parent: expiryTopic
  name: 'transship-expiry'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${app.id}/functions/${rotationFunction}'
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    filter: {
      includedEventTypes: [
        'Microsoft.KeyVault.SecretNearExpiry'
        'Microsoft.KeyVault.SecretExpired'
      ]
    }
    retryPolicy: retries
    deadLetterWithResourceIdentity: deadLetters
  }
  dependsOn: [
    expiryDeadLetterAccess
  ]
}

var watchedMetrics = [
  {
    name: 'DeadLetteredCount'
    title: 'Transship: an event was dead-lettered'
    description: 'Event Grid gave up on an event; it is in the container of dead letters. The sweep imports the archive all the same. See docs/operations.md.'
  }
  {
    name: 'DroppedEventCount'
    title: 'Transship: an event was dropped'
    description: 'Event Grid gave up on an event and could not keep it either. The sweep imports the archive all the same. See docs/operations.md.'
  }
]

resource undelivered 'Microsoft.Insights/metricAlerts@2018-03-01' = [for metric in watchedMetrics: if (subscribeToArchives && !empty(actionGroupId)) {
  name: 'transship-${metric.name}'
  location: 'global'
  properties: {
    description: metric.description
    severity: 2
    enabled: true
    scopes: [
      archiveTopic!.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: metric.name
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: metric.name
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Total'
        }
      ]
    }
    autoMitigate: true
    actions: [
      {
        actionGroupId: actionGroupId
      }
    ]
  }
}]
