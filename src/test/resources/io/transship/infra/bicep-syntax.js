// Prints the syntax trees of Bicep files as JSON, by tree-sitter's Bicep grammar compiled to WebAssembly.
// Arguments: a node_modules folder, then the files.
const fs = require('fs');
const path = require('path');

const [modules, ...files] = process.argv.slice(2);
const Parser = require(path.join(modules, 'web-tree-sitter'));

// The grammar has no "param x = …" of parameter files; what is behind the sign is the same as of a variable.
function readable(file) {
  const text = fs.readFileSync(file, 'utf8');
  return file.endsWith('.bicepparam') ? text.replace(/^param (\w+) =/gm, 'var   $1 =') : text;
}

function tree(cursor) {
  const node = cursor.currentNode;
  const result = { type: node.type, field: cursor.currentFieldName, line: node.startPosition.row + 1 };
  if (node.isError || node.isMissing) {
    result.broken = true;
  }
  if (node.childCount === 0) {
    result.text = node.text;
  }
  result.children = [];
  if (cursor.gotoFirstChild()) {
    do {
      result.children.push(tree(cursor));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return result;
}

async function main() {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Parser.Language.load(path.join(modules, 'tree-sitter-bicep', 'tree-sitter-bicep.wasm')));
  const trees = {};
  for (const file of files) {
    trees[file] = tree(parser.parse(readable(file)).walk());
  }
  process.stdout.write(JSON.stringify(trees));
}

main();
