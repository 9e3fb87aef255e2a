metadata description = 'The plan and the function app. Flex Consumption where the cloud has it, otherwise a dedicated plan.'

@description('Name of the app.')
param name string

@description('Name of its plan.')
param planName string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('FlexConsumption or Dedicated.')
param plan string

@description('Size of a dedicated plan, such as P1v3.')
param dedicatedSku string

@description('Instances of a dedicated plan.')
param dedicatedInstances int

@description('Memory of one Flex Consumption instance, in MB.')
param instanceMemoryMB int

@description('How many Flex Consumption instances there may be at once.')
param maximumInstanceCount int

@description('Resource id of the app\'s identity.')
param identityId string

@description('Container that the code is deployed into.')
param packageContainerUri string

@description('App settings. What is not among them is removed by a deployment.')
param settings object

@description('Subnet that the app calls out from. Empty: it calls out over the internet.')
param appSubnetId string

@description('Who can reach it from the internet: Everyone, EventGridOnly or Nobody.')
param publicAccess string

@description('Client id of the application that callers sign in to. Empty: function keys alone.')
param entraClientId string

var isFlex = plan == 'FlexConsumption'

// Flex Consumption refuses the settings that other plans must have.
var dedicatedSettings = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'java'
  WEBSITE_RUN_FROM_PACKAGE: '1'
}

var commonSiteConfig = {
  ftpsState: 'Disabled'
  minTlsVersion: '1.2'
  scmMinTlsVersion: '1.2'
  ipSecurityRestrictionsDefaultAction: publicAccess == 'EventGridOnly' ? 'Deny' : 'Allow'
  ipSecurityRestrictions: publicAccess == 'EventGridOnly' ? [
    {
      name: 'EventGrid'
      description: 'Event Grid delivers from the internet, whatever network the app is in.'
      action: 'Allow'
      priority: 100
      tag: 'ServiceTag'
      ipAddress: 'AzureEventGrid'
    }
  ] : []
  scmIpSecurityRestrictionsUseMain: false
}

var dedicatedSiteConfig = {
  alwaysOn: true
  linuxFxVersion: 'Java|21'
  vnetRouteAllEnabled: !empty(appSubnetId)
}

var flexConfig = {
  functionAppConfig: {
    deployment: {
      storage: {
        type: 'blobContainer'
        value: packageContainerUri
        authentication: {
          type: 'UserAssignedIdentity'
          userAssignedIdentityResourceId: identityId
        }
      }
    }
    runtime: {
      name: 'java'
      version: '21'
    }
    scaleAndConcurrency: {
      instanceMemoryMB: instanceMemoryMB
      maximumInstanceCount: maximumInstanceCount
    }
  }
}

resource serverFarm 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: isFlex ? 'functionapp' : 'linux'
  sku: isFlex ? {
    tier: 'FlexConsumption'
    name: 'FC1'
  } : {
    name: dedicatedSku
    capacity: dedicatedInstances
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  // azd finds the app that it deploys to by this tag.
  tags: union(tags, {
    'azd-service-name': 'transship'
  })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: union({
    serverFarmId: serverFarm.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: publicAccess == 'Nobody' ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(appSubnetId) ? null : appSubnetId
    siteConfig: isFlex ? commonSiteConfig : union(commonSiteConfig, dedicatedSiteConfig)
  }, isFlex ? flexConfig : {})

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, isFlex ? {} : dedicatedSettings)
  }

  // Code is deployed by people and pipelines that are signed in, not by a publishing password.
  resource ftpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scmPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource signIn 'config' = if (!empty(entraClientId)) {
    name: 'authsettingsV2'
    properties: {
      platform: {
        enabled: true
      }
      globalValidation: {
        requireAuthentication: true
        // People at the dashboard are led to the sign-in page. Programs send a token and never see it.
        unauthenticatedClientAction: 'RedirectToLoginPage'
        redirectToProvider: 'azureactivedirectory'
        // Event Grid has the key of this webhook and no token; load balancers have neither, and learn only whether it works.
        excludedPaths: [
          '/runtime/webhooks/EventGrid'
          '/api/health'
        ]
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: entraClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [
              entraClientId
              'api://${entraClientId}'
            ]
          }
        }
      }
      login: {
        tokenStore: {
          enabled: false
        }
      }
    }
  }
}

@description('Resource id of the app.')
output id string = app.id

@description('Name of the app.')
output name string = app.name

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName
