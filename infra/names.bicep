metadata description = 'Names that the code and the templates have in common. A test compares them with the code.'

@export()
var stepQueue = 'transship-steps'

@export()
var poisonQueue = 'transship-steps-poison'

@export()
var stateTable = 'transship'

@export()
var planContainer = 'transship-runs'

@export()
var reportContainer = 'transship-reports'

@export()
var importFunction = 'ImportOnBlobCreated'

@export()
var rotationFunction = 'RotateSasOnNearExpiry'

// Operations after which a blob is whole. Others, such as an empty CreateFile, come before its bytes.
@export()
var committingOperations = [
  'PutBlob'
  'PutBlockList'
  'CopyBlob'
  'FlushWithClose'
  'SftpCommit'
]

// Names that only the templates know.
@export()
var packageContainer = 'app-package'

@export()
var deadLetterContainer = 'dead-letters'

@export()
var sasSecret = 'transfer-sas'
