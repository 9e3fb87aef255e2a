// Prints what Microsoft's own parser of Kusto finds wrong with queries, as JSON: file name to a list of problems.
// Arguments: a node_modules folder, then the files.
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const [modules, ...files] = process.argv.slice(2);

// Both are made for browsers: they define what they have as global names.
for (const script of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
  const location = path.join(modules, '@kusto', 'language-service-next', script);
  vm.runInThisContext(fs.readFileSync(location, 'utf8'), { filename: location });
}

// The columns of Application Insights' own tables that queries may use.
const common = 'timestamp: datetime, operation_Name: string, operation_Id: string, cloud_RoleInstance: string, customDimensions: dynamic';
const tables = {
  traces: `(${common}, message: string, severityLevel: int)`,
  requests: `(${common}, name: string, success: bool, duration: real, resultCode: string)`,
  dependencies: `(${common}, name: string, target: string, success: bool, duration: real, resultCode: string)`,
  customMetrics: `(${common}, name: string, value: real, valueCount: int, valueSum: real, valueMin: real, valueMax: real)`,
};

const { DatabaseSymbol, TableSymbol } = Kusto.Language.Symbols;
const symbols = Object.entries(tables).map(([name, columns]) => TableSymbol.From(columns).WithName(name));
const globals = Kusto.Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor2('insights', null, symbols));

const found = {};
for (const file of files) {
  const text = fs.readFileSync(file, 'utf8');
  const diagnostics = Kusto.Language.KustoCode.ParseAndAnalyze(text, globals).GetDiagnostics();
  found[file] = [];
  for (let i = 0; i < System.Array.getCount(diagnostics, Kusto.Language.Diagnostic); i++) {
    const problem = System.Array.getItem(diagnostics, i, Kusto.Language.Diagnostic);
    const line = text.slice(0, problem.Start).split('\n').length;
    found[file].push(`line ${line}: ${problem.Severity}: ${problem.Message}`);
  }
}
process.stdout.write(JSON.stringify(found));
