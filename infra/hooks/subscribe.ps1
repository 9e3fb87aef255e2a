# Deploys events.bicep as soon as the app knows its functions. Takes the outputs of main.bicep from the environment, where azd puts them.
$ErrorActionPreference = 'Stop'

function Wait-ForFunction([string] $name) {
    for ($tried = 0; $tried -lt 30; $tried++) {
        az functionapp function show --resource-group $env:resourceGroupName --name $env:functionAppName `
            --function-name $name --output none 2>$null
        if ($LASTEXITCODE -eq 0) { return }
        Start-Sleep -Seconds 10
    }
    throw "function $name of $env:functionAppName does not show up; see its log in the portal, then run 'azd hooks run postdeploy'"
}

if ($env:subscribeToArchives -ne 'true' -and $env:subscribeToExpiry -ne 'true') {
    Write-Output 'no events to subscribe to'
    exit 0
}
if ($env:subscribeToArchives -eq 'true') { Wait-ForFunction ImportOnBlobCreated }
if ($env:subscribeToExpiry -eq 'true') { Wait-ForFunction RotateSasOnNearExpiry }

az deployment group create --name transship-events --resource-group $env:resourceGroupName --output none `
    --template-file (Join-Path $PSScriptRoot '../events.bicep') `
    --parameters `
    location=$env:AZURE_LOCATION `
    functionAppName=$env:functionAppName `
    storageAccountName=$env:storageAccountName `
    containerName=$env:transferContainerName `
    vaultName=$env:vaultName `
    subscribeToArchives=$env:subscribeToArchives `
    subscribeToExpiry=$env:subscribeToExpiry `
    actionGroupId=$env:actionGroupId
if ($LASTEXITCODE -ne 0) { throw 'the event subscriptions were not deployed' }
