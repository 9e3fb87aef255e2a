#!/bin/sh
# Deploys events.bicep as soon as the app knows its functions. Takes the outputs of main.bicep from the environment, where azd puts them.
set -eu

template="$(dirname "$0")/../events.bicep"
attempts=${SUBSCRIBE_ATTEMPTS:-30}
pause=${SUBSCRIBE_PAUSE:-10}

wait_for() {
  tried=0
  until az functionapp function show --resource-group "$resourceGroupName" --name "$functionAppName" \
    --function-name "$1" --output none 2>/dev/null; do
    tried=$((tried + 1))
    if [ "$tried" -ge "$attempts" ]; then
      echo "function $1 of $functionAppName does not show up; see its log in the portal, then run 'azd hooks run postdeploy'" >&2
      exit 1
    fi
    sleep "$pause"
  done
}

if [ "$subscribeToArchives" != true ] && [ "$subscribeToExpiry" != true ]; then
  echo "no events to subscribe to"
  exit 0
fi
if [ "$subscribeToArchives" = true ]; then
  wait_for ImportOnBlobCreated
fi
if [ "$subscribeToExpiry" = true ]; then
  wait_for RotateSasOnNearExpiry
fi

az deployment group create --name transship-events --resource-group "$resourceGroupName" --output none \
  --template-file "$template" \
  --parameters \
  location="$AZURE_LOCATION" \
  functionAppName="$functionAppName" \
  storageAccountName="$storageAccountName" \
  containerName="$transferContainerName" \
  vaultName="$vaultName" \
  subscribeToArchives="$subscribeToArchives" \
  subscribeToExpiry="$subscribeToExpiry" \
  actionGroupId="${actionGroupId:-}"
