// Lets a plain `node -r` child run this project's TypeScript as jest does, to be killed or raced by a test.
const { readFileSync } = require('node:fs')
const { transformSync } = require('@swc/core')

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, configFile: `${__dirname}/../../.swcrc` })
  module._compile(code, filename)
}
