metadata description = 'Who is told, and of what. docs/operations.md says what each alert means and what to do.'

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Resource id of the Application Insights component that is asked.')
param insightsId string

@description('Address that mails go to. Empty: none.')
param email string

// Severity: 1 nothing works, 2 something failed and waits for somebody, 3 it went well in the end.
var alerts = [
  {
    name: 'failed-run'
    title: 'Transship: a run failed'
    description: 'The message names the cause and the next step; retry the run afterwards.'
    severity: 2
    query: loadTextContent('../queries/failed-runs.kql')
    frequency: 'PT5M'
    window: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'poisoned-step'
    title: 'Transship: a step failed as often as the queue allows'
    description: 'Look at the message of its run, and in the log of ExecuteStep.'
    severity: 2
    query: loadTextContent('../queries/poisoned-steps.kql')
    frequency: 'PT5M'
    window: 'PT5M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'late-import'
    title: 'Transship: an archive arrived and its import does not begin'
    description: 'For a quarter of an hour no step of it was executed. Look at the queue of steps and whether ExecuteStep runs.'
    severity: 2
    query: loadTextContent('../queries/late-imports.kql')
    frequency: 'PT15M'
    window: 'PT6H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'archive-without-event'
    title: 'Transship: an archive came without an event'
    description: 'The sweep looks after it. If it happens again, look at the event subscription and its dead letters.'
    severity: 3
    query: loadTextContent('../queries/archives-without-event.kql')
    frequency: 'PT15M'
    window: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'rotation-failing'
    title: 'Transship: a SAS is not renewed'
    description: 'The line says until when it works, and what to do. It comes each hour until that is done.'
    severity: 2
    query: loadTextContent('../queries/rotation-failing.kql')
    frequency: 'PT1H'
    window: 'PT2H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'failed-rotation'
    title: 'Transship: the function that renews SAS failed'
    description: 'Its log names each SAS that could not be renewed. If it names none, the function itself could not run.'
    severity: 2
    query: loadTextContent('../queries/failed-rotations.kql')
    frequency: 'PT1H'
    window: 'PT2H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'expiring-sas'
    title: 'Transship: a SAS that nobody rotates ends within a week'
    description: 'Store a new one in its secret, or declare sasRotation on the pipeline.'
    severity: 3
    query: loadTextContent('../queries/expiring-sas.kql')
    frequency: 'PT1H'
    window: 'PT2H'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'silent-app'
    title: 'Transship: the app does not run'
    description: 'The sweep did not run for a quarter of an hour. Is the app stopped, is its storage account out of reach?'
    severity: 1
    query: loadTextContent('../queries/silent-app.kql')
    frequency: 'PT5M'
    window: 'PT15M'
    operator: 'LessThan'
    threshold: 1
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-transship'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'transship'
    emailReceivers: empty(email) ? [] : [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [for alert in alerts: {
  name: 'transship-${alert.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: alert.title
    description: '${alert.description} See docs/operations.md.'
    severity: alert.severity
    enabled: true
    scopes: [
      insightsId
    ]
    evaluationFrequency: alert.frequency
    windowSize: alert.window
    // The tables of a new component appear with the first telemetry, which is after this.
    skipQueryValidation: true
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: alert.query
          timeAggregation: 'Count'
          operator: alert.operator
          threshold: alert.threshold
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}]

@description('Resource id of the action group, for alerts made elsewhere.')
output actionGroupId string = actionGroup.id
