metadata description = 'A private endpoint of one service, with its name in a private DNS zone if there is one to be used.'

@description('Name of the endpoint.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Subnet that the endpoint gets its address from.')
param subnetId string

@description('Resource that is reached through it.')
param targetId string

@description('Which of its services: blob, queue, table, vault or sites.')
param groupId string

@description('Private DNS zone that gets the name. Empty: you, or a policy, take care of names.')
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: name
        properties: {
          privateLinkServiceId: targetId
          groupIds: [
            groupId
          ]
        }
      }
    ]
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01' = if (!empty(zoneId)) {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: {
          privateDnsZoneId: zoneId
        }
      }
    ]
  }
}
