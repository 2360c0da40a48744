import tseslint from 'typescript-eslint'

// The floors of the house: what each room may import, by the name that shows in the import (docs/architecture.md).
const rooms = ['kernel', 'api', 'machine', 'cluster', 'models', 'checker', 'trace', 'properties', 'cli', 'orrery']
const floors = [
  { files: ['src/kernel/**'], may: [], packages: ['fp-ts'] },
  { files: ['src/api/**'], may: ['kernel'], packages: ['fp-ts', 'io-ts', 'ts-pattern', 'yaml', 'leven'] },
  { files: ['src/machine/**'], may: ['kernel', 'api'], packages: ['fp-ts', 'ts-pattern', 'xstate'] },
  { files: ['src/cluster/**'], may: ['kernel', 'api', 'machine'], packages: ['fp-ts', 'ts-pattern'] },
  { files: ['models/**'], may: ['kernel', 'api', 'machine', 'models'], packages: ['fp-ts', 'io-ts', 'ts-pattern', 'unbash', 'xstate'] },
  { files: ['src/checker/**', 'src/trace/**'], may: ['kernel', 'machine', 'cluster', 'checker', 'trace'], packages: ['fp-ts', 'io-ts', 'ts-pattern'] },
  { files: ['properties/**'], may: ['kernel', 'api', 'machine', 'models', 'cluster', 'checker', 'trace', 'properties'], packages: ['fp-ts', 'io-ts', 'ts-pattern', 'fast-check'] },
]

/** All of fp-ts takes longer to load than everything else together: its modules are named one by one. */
const heavy = [{ name: 'fp-ts', message: 'Name the module: fp-ts/lib/Either.js.' }]

/** Everything that a floor may not name. */
const forbidden = ({ may }) => rooms.filter((room) => !may.includes(room)).flatMap((room) => [`#${room}`, `#${room}/*`])

export default tseslint.config(
  { ignores: ['**/dist/**', 'node_modules/**', '.orrery/**', '**/*.generated.ts', 'coverage/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-empty-function': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-imports': ['error', { paths: heavy }],
    },
  },
  ...floors.map((floor) => ({
    files: floor.files,
    rules: {
      'no-restricted-imports': ['error', { paths: heavy, patterns: [
        { group: forbidden(floor), message: 'A floor imports only what is below it: docs/architecture.md.' },
        ...(['xstate'].filter((name) => !floor.packages.includes(name)).map((name) => ({ group: [name], message: `${name} has no business on this floor.` }))),
      ] }],
    },
  })),
  {
    // The contract of Worlds: no clock, randomness or asynchrony in what a Step runs.
    files: ['src/kernel/**', 'src/api/**', 'src/machine/**', 'src/cluster/**', 'models/**'],
    rules: {
      'no-restricted-globals': ['error', 'Date', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance', 'process', 'fetch'],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Worlds are deterministic: let a chooser decide.' }],
      'no-restricted-syntax': ['error',
        { selector: 'AwaitExpression', message: 'A Step is synchronous.' },
        { selector: 'FunctionDeclaration[async=true], FunctionExpression[async=true], ArrowFunctionExpression[async=true]', message: 'A Step is synchronous.' }],
    },
  },
  { files: ['*.config.*'], rules: { 'no-restricted-exports': 'off' } },
  { files: ['test/**', 'bench/**'], rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] } },
)
