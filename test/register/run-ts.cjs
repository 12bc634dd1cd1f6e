// `node run-ts.cjs child.ts …` runs this project's TypeScript as jest does, in a process that a test can kill or race.
const { readFileSync } = require('node:fs')
const { resolve } = require('node:path')
const { transformSync } = require('@swc/core')

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, configFile: `${__dirname}/../../.swcrc` })
  module._compile(code, filename)
}
process.argv.splice(1, 1)
require(resolve(process.argv[1]))
