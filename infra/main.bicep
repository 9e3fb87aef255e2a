metadata description = 'Everything that Transship needs in one resource group, except the event subscriptions: those need the deployed code, see events.bicep.'

targetScope = 'resourceGroup'

import { roles } from 'roles.bicep'
import { packageContainer, sasSecret } from 'names.bicep'

@description('Name of this installation. Resource names are made from it, so another name is another installation.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Azure region.')
param location string = resourceGroup().location

@description('What this app does: export (source), import (target), or both.')
@allowed([
  'source'
  'target'
  'both'
])
param side string

@description('Registry of this side, with side both the one to export from: resource id of an Azure Container Registry, or the login server of any registry.')
param registry string

@description('Only for a login server: user name. Empty: the registry asks for none.')
param registryUsername string = ''

@description('Only for a login server: name of the secret with the password, in the vault that is made here. You set it after the deployment.')
param registryPasswordSecret string = ''

@description('With side both: the registry to import into, written like registry.')
param targetRegistry string = ''

@description('Like registryUsername, for targetRegistry.')
param targetRegistryUsername string = ''

@description('Like registryPasswordSecret, for targetRegistry.')
param targetRegistryPasswordSecret string = ''

@description('Container of the archives, in the storage account that is made here.')
param containerName string = 'transfer'

@description('How the app opens the container: with its identity, or with a SAS that it makes, keeps in the vault and rotates. Others may use it too; it can do what the pipeline needs.')
@allowed([
  'ManagedIdentity'
  'RotatedSas'
])
param storageAccess string = 'ManagedIdentity'

@description('Export only: container of the target side that finished archives are copied into. Empty: you carry them.')
param relayContainerUri string = ''

@description('Export only: address of the Key Vault secret with a SAS for relayContainerUri. Empty: the app\'s identity has a role there.')
param relaySasSecretUri string = ''

@description('Options of the export pipeline: OverwriteBlobs, ContinueOnErrors.')
param exportOptions string[] = []

@description('Options of the import pipeline: OverwriteTags, ContinueOnErrors, DeleteSourceBlobOnSuccess.')
param importOptions string[] = []

@description('Days after which an archive is deleted. 0: never.')
@minValue(0)
param archiveRetentionDays int = 30

@description('How long a finished run is remembered, as an ISO 8601 duration. Empty: for ever.')
param runRetention string = 'P90D'

@description('Further hosts, outside of Azure, that may be given tokens, passwords or SAS. Login servers above are among them already.')
param allowedHosts string[] = []

@description('Further app settings, by name. They win over those that are made here.')
param extraSettings object = {}

@description('Plan of the app. Dedicated costs when idle and is for clouds that have no Flex Consumption.')
@allowed([
  'FlexConsumption'
  'Dedicated'
])
param plan string = 'FlexConsumption'

@description('Size of a dedicated plan.')
param dedicatedSku string = 'P1v3'

@description('Instances of a dedicated plan.')
@minValue(1)
param dedicatedInstances int = 1

@description('Memory of one Flex Consumption instance, in MB. It also decides about CPU: one core comes with 2048.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('How many Flex Consumption instances there may be at once: bounds both rate and cost.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Redundancy of both storage accounts.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_LRS'

@description('Public: services are reached by their public names. NewNetwork: a network is made, and private endpoints in it. ExistingSubnets: private endpoints in yours.')
@allowed([
  'Public'
  'NewNetwork'
  'ExistingSubnets'
])
param network string = 'Public'

@description('NewNetwork only: address range, /26 or larger.')
param networkAddressPrefix string = '10.71.0.0/26'

@description('ExistingSubnets only: resource id of the subnet that the app calls out from. Delegated to Microsoft.App/environments, or to Microsoft.Web/serverFarms for a dedicated plan.')
param appSubnetId string = ''

@description('ExistingSubnets only: resource id of the subnet for private endpoints. Their names in DNS are yours to make.')
param endpointSubnetId string = ''

@description('Who reaches the app from the internet. Event Grid delivers from there: with Nobody, the sweep finds archives within ten minutes.')
@allowed([
  'Everyone'
  'EventGridOnly'
  'Nobody'
])
param publicAccess string = 'Everyone'

@description('Client id of an application in Entra that callers have to sign in to, besides having a function key. Empty: keys alone.')
param entraClientId string = ''

@description('Whether to make Log Analytics, Application Insights, the workbook and the alerts. false where the cloud has none.')
param monitoring bool = true

@description('Whether the Application Insights agent runs beside the app: spans and metrics, for a slower cold start. Alerts do without it.')
param agent bool = true

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Who is told by alerts. Empty: alerts fire, and nobody gets a mail.')
param alertEmail string = ''

var isExporting = side != 'target'
var isImporting = side != 'source'
var isPrivate = network != 'Public'
var signsSas = storageAccess == 'RotatedSas'

var token = uniqueString(resourceGroup().id, environmentName)
var tags = {
  'azd-env-name': environmentName
}

// The two registries. With one side there is one of them.
var source = {
  registry: registry
  username: registryUsername
  passwordSecret: registryPasswordSecret
}
var target = side == 'both' ? {
  registry: targetRegistry
  username: targetRegistryUsername
  passwordSecret: targetRegistryPasswordSecret
} : source
var isSourceInAzure = isExporting && startsWith(source.registry, '/subscriptions/')
var isTargetInAzure = isImporting && startsWith(target.registry, '/subscriptions/')

// Where a registry in Azure is. A place must be given even for a module that is left out.
var noRegistry = '/subscriptions/${subscription().subscriptionId}/resourceGroups/${resourceGroup().name}/none'
var sourcePlace = split(isSourceInAzure ? source.registry : noRegistry, '/')
var targetPlace = split(isTargetInAzure ? target.registry : noRegistry, '/')
var passwordSecrets = union(
  isExporting && !empty(source.passwordSecret) ? [source.passwordSecret] : [],
  isImporting && !empty(target.passwordSecret) ? [target.passwordSecret] : []
)

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: 'id-transship-${token}'
    location: location
    tags: tags
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  name: 'host-storage'
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    sku: storageSku
    principalId: identity.outputs.principalId
    isPrivate: isPrivate
  }
}

module transferStorage 'modules/transfer-storage.bicep' = {
  name: 'transfer-storage'
  params: {
    name: 'sttransfer${token}'
    location: location
    tags: tags
    sku: storageSku
    containerName: containerName
    retentionDays: archiveRetentionDays
    principalId: identity.outputs.principalId
    signsSas: signsSas
    isPrivate: isPrivate
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    signsSas: signsSas
    passwordSecrets: passwordSecrets
    isPrivate: isPrivate
  }
}

module sourceAccess 'modules/registry-access.bicep' = if (isSourceInAzure) {
  name: 'source-registry-access'
  scope: resourceGroup(sourcePlace[2], sourcePlace[4])
  params: {
    registryName: last(sourcePlace)
    principalId: identity.outputs.principalId
    roleId: roles.acrPull.id
  }
}

module targetAccess 'modules/registry-access.bicep' = if (isTargetInAzure) {
  name: 'target-registry-access'
  scope: resourceGroup(targetPlace[2], targetPlace[4])
  params: {
    registryName: last(targetPlace)
    principalId: identity.outputs.principalId
    roleId: roles.acrPush.id
  }
}

module observation 'modules/monitoring.bicep' = if (monitoring) {
  name: 'monitoring'
  params: {
    workspaceName: 'log-transship-${token}'
    insightsName: 'appi-transship-${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
    principalId: identity.outputs.principalId
  }
}

module workbook 'modules/workbook.bicep' = if (monitoring) {
  name: 'workbook'
  params: {
    location: location
    tags: tags
    insightsId: observation!.outputs.insightsId
  }
}

module alerts 'modules/alerts.bicep' = if (monitoring) {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    insightsId: observation!.outputs.insightsId
    email: alertEmail
  }
}

// Names of private DNS zones. The clouds' own suffixes say all but that of websites.
var websiteSuffixes = {
  AzureCloud: 'azurewebsites.net'
  AzureUSGovernment: 'azurewebsites.us'
  AzureChinaCloud: 'chinacloudsites.cn'
}
var storageSuffix = environment().suffixes.storage
var zoneNames = [
  'privatelink.blob.${storageSuffix}'
  'privatelink.queue.${storageSuffix}'
  'privatelink.table.${storageSuffix}'
  'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
  'privatelink.${websiteSuffixes[?environment().name] ?? 'azurewebsites.net'}'
]

module ownNetwork 'modules/network.bicep' = if (network == 'NewNetwork') {
  name: 'network'
  params: {
    name: 'vnet-transship-${token}'
    location: location
    tags: tags
    addressPrefix: networkAddressPrefix
    delegation: plan == 'FlexConsumption' ? 'Microsoft.App/environments' : 'Microsoft.Web/serverFarms'
    zoneNames: zoneNames
  }
}

var callingSubnetId = network == 'NewNetwork' ? ownNetwork!.outputs.appSubnetId : (isPrivate ? appSubnetId : '')
var privateSubnetId = network == 'NewNetwork' ? ownNetwork!.outputs.endpointSubnetId : endpointSubnetId

var privateServices = [
  {
    name: 'host-blob'
    groupId: 'blob'
    targetId: hostStorage.outputs.id
    zone: zoneNames[0]
  }
  {
    name: 'host-queue'
    groupId: 'queue'
    targetId: hostStorage.outputs.id
    zone: zoneNames[1]
  }
  {
    name: 'host-table'
    groupId: 'table'
    targetId: hostStorage.outputs.id
    zone: zoneNames[2]
  }
  {
    name: 'transfer-blob'
    groupId: 'blob'
    targetId: transferStorage.outputs.id
    zone: zoneNames[0]
  }
  {
    name: 'vault'
    groupId: 'vault'
    targetId: vault.outputs.id
    zone: zoneNames[3]
  }
]

module privateEndpoints 'modules/private-endpoint.bicep' = [for i in range(0, isPrivate ? 5 : 0): {
  name: 'private-endpoint-${i}'
  params: {
    name: 'pe-${privateServices[i].name}-${token}'
    location: location
    tags: tags
    subnetId: privateSubnetId
    targetId: privateServices[i].targetId
    groupId: privateServices[i].groupId
    zoneId: network == 'NewNetwork' ? resourceId('Microsoft.Network/privateDnsZones', privateServices[i].zone) : ''
  }
}]

// By which names pipelines call the registries. One in Azure has its own; others are named by their side.
var sourceRegistryId = isSourceInAzure ? source.registry : resourceId('Microsoft.ContainerRegistry/registries', 'sourceregistry')
var targetRegistryId = isTargetInAzure ? target.registry : resourceId('Microsoft.ContainerRegistry/registries', 'targetregistry')

var sourceSignIn = isSourceInAzure ? {
  loginServer: sourceAccess!.outputs.loginServer
} : (empty(source.username) ? {
  loginServer: source.registry
  anonymous: true
} : {
  loginServer: source.registry
  username: source.username
  passwordSecretUri: '${vault.outputs.uri}secrets/${source.passwordSecret}'
})
var targetSignIn = isTargetInAzure ? {
  loginServer: targetAccess!.outputs.loginServer
} : (empty(target.username) ? {
  loginServer: target.registry
  anonymous: true
} : {
  loginServer: target.registry
  username: target.username
  passwordSecretUri: '${vault.outputs.uri}secrets/${target.passwordSecret}'
})
var registries = union(isExporting ? {
  '${last(split(sourceRegistryId, '/'))}': sourceSignIn
} : {}, isImporting ? {
  '${last(split(targetRegistryId, '/'))}': targetSignIn
} : {})

// Registries outside of Azure get a password, and their own word for where blobs are is followed: they have to be allowed.
var hosts = join(union(
  allowedHosts,
  isExporting && !isSourceInAzure ? [source.registry] : [],
  isImporting && !isTargetInAzure ? [target.registry] : []
), ',')

var actingAs = {
  type: 'UserAssigned'
  userAssignedIdentities: {
    '${identity.outputs.id}': {
      clientId: identity.outputs.clientId
    }
  }
}
var container = union({
  type: 'AzureStorageBlobContainer'
  uri: transferStorage.outputs.containerUri
}, signsSas ? {
  storageAccessMode: 'SasToken'
  keyVaultUri: '${vault.outputs.uri}secrets/${sasSecret}'
  sasRotation: {
    signedBy: 'UserDelegationKey'
  }
} : {
  storageAccessMode: 'ManagedIdentity'
})
var relay = union({
  type: 'AzureStorageBlobContainer'
  uri: relayContainerUri
}, empty(relaySasSecretUri) ? {
  storageAccessMode: 'ManagedIdentity'
} : {
  storageAccessMode: 'SasToken'
  keyVaultUri: relaySasSecretUri
})
var exportPipeline = {
  id: '${sourceRegistryId}/exportPipelines/export'
  identity: actingAs
  properties: union({
    target: container
    options: exportOptions
  }, empty(relayContainerUri) ? {} : {
    relay: relay
  })
}
var importPipeline = {
  id: '${targetRegistryId}/importPipelines/import'
  identity: actingAs
  properties: {
    source: container
    options: importOptions
    trigger: {
      sourceTrigger: {
        status: 'Enabled'
      }
    }
  }
}
var pipelines = union(isExporting ? [exportPipeline] : [], isImporting ? [importPipeline] : [])

// A cloud that the app does not know by name is described to it by its suffixes.
var knownClouds = {
  AzureCloud: 'AzurePublic'
  AzureUSGovernment: 'AzureUSGovernment'
  AzureChinaCloud: 'AzureChina'
}
var isKnownCloud = contains(knownClouds, environment().name)
var customCloudSettings = {
  TRANSSHIP_CLOUD_REGISTRY_SUFFIX: environment().suffixes.acrLoginServer
  TRANSSHIP_CLOUD_STORAGE_SUFFIX: environment().suffixes.storage
  TRANSSHIP_CLOUD_VAULT_SUFFIX: environment().suffixes.keyvaultDns
  TRANSSHIP_CLOUD_AUTHORITY_HOST: environment().authentication.loginEndpoint
}

var storageSettings = {
  // Addresses instead of the account's name, which the host completes for the public cloud only.
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  AzureWebJobsStorage__blobServiceUri: hostStorage.outputs.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: hostStorage.outputs.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: hostStorage.outputs.tableEndpoint
}
var appSettings = {
  // Without it the platform's Java has no optimizing compiler, and everything is several times slower.
  JAVA_OPTS: '-XX:TieredStopAtLevel=4 -XX:+UseSerialGC -Xmn32m'
  TRANSSHIP_CLOUD: knownClouds[?environment().name] ?? 'AzurePublic'
  TRANSSHIP_PIPELINES: string(pipelines)
  TRANSSHIP_REGISTRIES: string(registries)
  TRANSSHIP_ALLOWED_HOSTS: hosts
}
var settings = union(
  storageSettings,
  appSettings,
  empty(runRetention) ? {} : {
    TRANSSHIP_RETENTION: runRetention
  },
  isKnownCloud ? {} : customCloudSettings,
  monitoring ? {
    APPLICATIONINSIGHTS_CONNECTION_STRING: observation!.outputs.connection
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
  } : {},
  monitoring && agent ? {
    APPLICATIONINSIGHTS_ENABLE_AGENT: 'true'
    // The host sends the lines already.
    APPLICATIONINSIGHTS_INSTRUMENTATION_LOGGING_LEVEL: 'OFF'
  } : {},
  extraSettings
)

module app 'modules/function-app.bicep' = {
  name: 'function-app'
  params: {
    name: 'func-transship-${token}'
    planName: 'plan-transship-${token}'
    location: location
    tags: tags
    plan: plan
    dedicatedSku: dedicatedSku
    dedicatedInstances: dedicatedInstances
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    identityId: identity.outputs.id
    packageContainerUri: '${hostStorage.outputs.blobEndpoint}${packageContainer}'
    settings: settings
    appSubnetId: callingSubnetId
    publicAccess: publicAccess
    entraClientId: entraClientId
  }
  // The host looks for its storage when it starts.
  dependsOn: [
    privateEndpoints
  ]
}

// Callers inside the network, and whoever deploys the code if the internet is shut out.
module appEndpoint 'modules/private-endpoint.bicep' = if (isPrivate) {
  name: 'private-endpoint-app'
  params: {
    name: 'pe-app-${token}'
    location: location
    tags: tags
    subnetId: privateSubnetId
    targetId: app.outputs.id
    groupId: 'sites'
    zoneId: network == 'NewNetwork' ? resourceId('Microsoft.Network/privateDnsZones', zoneNames[4]) : ''
  }
}

@description('Resource group of everything here.')
output resourceGroupName string = resourceGroup().name

@description('Name of the function app.')
output functionAppName string = app.outputs.name

@description('Address of the API.')
output apiUrl string = 'https://${app.outputs.hostName}/api'

@description('Object id of the app\'s identity: give it roles at what is not made here.')
output identityPrincipalId string = identity.outputs.principalId

@description('Container of the archives; a source side names it as relayContainerUri.')
output transferContainerUri string = transferStorage.outputs.containerUri

@description('For events.bicep: name of the storage account of the archives.')
output storageAccountName string = transferStorage.outputs.name

@description('For events.bicep: container of the archives.')
output transferContainerName string = containerName

@description('For events.bicep: name of the vault.')
output vaultName string = vault.outputs.name

@description('For events.bicep: whether archives that arrive are imported, and Event Grid can reach the app.')
output subscribeToArchives bool = isImporting && publicAccess != 'Nobody'

@description('For events.bicep: whether SAS that come to their end are renewed, and Event Grid can reach the app.')
output subscribeToExpiry bool = signsSas && publicAccess != 'Nobody'

@description('For events.bicep: action group of the alerts. Empty without monitoring.')
output actionGroupId string = monitoring ? alerts!.outputs.actionGroupId : ''
