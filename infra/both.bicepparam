// One app that exports from a registry anywhere and imports into one in Azure; the archive goes through its own container.
using 'main.bicep'

param environmentName = 'transship-both'
param side = 'both'
param registry = 'registry.example.com'
param registryUsername = 'puller'
param registryPasswordSecret = 'source-registry-password'
param targetRegistry = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/registries/providers/Microsoft.ContainerRegistry/registries/contoso'
param archiveRetentionDays = 7
