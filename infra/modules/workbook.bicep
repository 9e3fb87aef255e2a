metadata description = 'The workbook: what moved, what failed, what is about to expire. Its page is workbook.json, its queries are in queries/.'

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('Resource id of the Application Insights component that it shows.')
param insightsId string

// Each takes the place of its name in double braces.
var queries = [
  {
    name: 'ended-runs'
    text: loadTextContent('../queries/ended-runs.kql')
  }
  {
    name: 'throughput'
    text: loadTextContent('../queries/throughput.kql')
  }
  {
    name: 'moved-bytes'
    text: loadTextContent('../queries/moved-bytes.kql')
  }
  {
    name: 'planned-bytes'
    text: loadTextContent('../queries/planned-bytes.kql')
  }
  {
    name: 'runs'
    text: loadTextContent('../queries/runs.kql')
  }
  {
    name: 'failed-runs'
    text: loadTextContent('../queries/failed-runs.kql')
  }
  {
    name: 'failures-by-cause'
    text: loadTextContent('../queries/failures-by-cause.kql')
  }
  {
    name: 'failed-artifacts'
    text: loadTextContent('../queries/failed-artifacts.kql')
  }
  {
    name: 'poisoned-steps'
    text: loadTextContent('../queries/poisoned-steps.kql')
  }
  {
    name: 'import-delay'
    text: loadTextContent('../queries/import-delay.kql')
  }
  {
    name: 'late-imports'
    text: loadTextContent('../queries/late-imports.kql')
  }
  {
    name: 'archives-without-event'
    text: loadTextContent('../queries/archives-without-event.kql')
  }
  {
    name: 'ignored-archives'
    text: loadTextContent('../queries/ignored-archives.kql')
  }
  {
    name: 'rotation-failing'
    text: loadTextContent('../queries/rotation-failing.kql')
  }
  {
    name: 'expiring-sas'
    text: loadTextContent('../queries/expiring-sas.kql')
  }
  {
    name: 'sas-days'
    text: loadTextContent('../queries/sas-days.kql')
  }
  {
    name: 'renewed-sas'
    text: loadTextContent('../queries/renewed-sas.kql')
  }
  {
    name: 'throttling'
    text: loadTextContent('../queries/throttling.kql')
  }
  {
    name: 'invocations'
    text: loadTextContent('../queries/invocations.kql')
  }
  {
    name: 'configuration-problems'
    text: loadTextContent('../queries/configuration-problems.kql')
  }
]

@description('A text as a JSON string, with its quotes.')
func quoted(text string) string => substring(string([text]), 1, length(string([text])) - 2)

var page = reduce(queries, loadTextContent('../workbook.json'), (text, query) => replace(text, '"{{${query.name}}}"', quoted(query.text)))

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(insightsId, 'transship')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Transship'
    category: 'workbook'
    sourceId: insightsId
    version: '1.0'
    serializedData: page
  }
}
