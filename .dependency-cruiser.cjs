/**
 * Who may import whom. shared ← everyone; engine and project ← lake and connectors (which do not know each other) ←
 * pipelines ← server and cli; Electron stays in the shell and the preload; the renderer knows the backend by the type of its router alone; a feature is closed to its neighbours.
 */
const HIGHER_THAN_ENGINE = '^src/main/(lake|connectors|pipelines|streams|schemas|runs|governance|server|cli|shell)/';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'No import runs in a circle.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'shared-is-a-leaf',
      severity: 'error',
      comment: 'src/shared holds what every process understands: it imports neither Node, nor Electron, nor a process.',
      from: { path: '^src/shared/' },
      to: { path: '^(src/(main|preload|renderer)/|electron$)' },
    },
    {
      name: 'shared-without-node',
      severity: 'error',
      comment: 'src/shared runs in a browser too.',
      from: { path: '^src/shared/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'engine-and-project-stand-below',
      severity: 'error',
      comment: 'engine and project know nothing of what stands on them.',
      from: { path: '^src/main/(engine|project)/' },
      to: { path: HIGHER_THAN_ENGINE },
    },
    {
      name: 'lake-stands-on-engine-and-project',
      severity: 'error',
      comment: 'lake may use engine and project alone.',
      from: { path: '^src/main/lake/' },
      to: { path: '^src/main/(connectors|pipelines|streams|schemas|runs|governance|server|cli|shell)/' },
    },
    {
      name: 'connectors-stand-on-engine-and-project',
      severity: 'error',
      comment: 'connectors may use engine and project alone; lake and connectors do not know each other.',
      from: { path: '^src/main/connectors/' },
      to: { path: '^src/main/(lake|pipelines|streams|schemas|runs|governance|server|cli|shell)/' },
    },
    {
      name: 'pipelines-stand-on-lake-and-connectors',
      severity: 'error',
      comment: 'Pipelines join the lake and the systems around it; nothing above them is known to them.',
      from: { path: '^src/main/pipelines/' },
      to: { path: '^src/main/(server|cli|shell)/' },
    },
    {
      name: 'electron-in-the-shell-alone',
      severity: 'error',
      comment: 'The same backend and renderer run without Electron.',
      from: { path: '^src/', pathNot: '^src/(main/shell|preload)/' },
      to: { path: '(^|/)electron(/|$)', dependencyTypesNot: ['local'] },
    },
    {
      name: 'nothing-imports-the-shell-or-the-cli',
      severity: 'error',
      comment: 'They are entries.',
      from: { path: '^(src)/', pathNot: '^src/main/(shell|cli)/' },
      to: { path: '^src/main/(shell|cli)/' },
    },
    {
      name: 'shell-stands-alone',
      severity: 'error',
      comment: 'The shell talks to the backend through its socket.',
      from: { path: '^src/main/shell/' },
      to: { path: '^src/(main/(?!shell/|project/(owner|user-folder|forward)\\.ts$)|renderer/|preload/)' },
    },
    {
      name: 'cli-does-not-import-the-shell',
      severity: 'error',
      comment: 'The command line runs without Electron.',
      from: { path: '^src/main/cli/' },
      to: { path: '^src/main/shell/' },
    },
    {
      name: 'only-the-cli-imports-the-server',
      severity: 'error',
      comment:
        'The server is a door; the command line opens it with `serve`, and the renderer knows the type of its router.',
      from: { path: '^src/', pathNot: '^src/main/(server|cli)/' },
      to: { path: '^src/main/server/', pathNot: '^src/main/server/app-router\\.ts$' },
    },
    {
      name: 'renderer-imports-shared-and-the-router-type',
      severity: 'error',
      comment: 'Whatever else the renderer needs comes through the API.',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(main|preload)/', pathNot: '^src/main/server/app-router\\.ts$' },
    },
    {
      name: 'renderer-without-node',
      severity: 'error',
      comment: 'The renderer runs in a browser.',
      from: { path: '^src/renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'features-are-closed',
      severity: 'error',
      comment: 'A feature shows what lies directly in its folder; its subfolders are its inside.',
      from: { path: '^src/renderer/features/([^/]+)/' },
      to: { path: '^src/renderer/features/[^/]+/[^/]+/', pathNot: '^src/renderer/features/$1/' },
    },
    {
      name: 'the-lower-renderer-knows-no-feature',
      severity: 'error',
      comment: 'ui, editor, lens, api and desktop are what features are made of.',
      from: { path: '^src/renderer/(ui|editor|lens|api|desktop)/' },
      to: { path: '^src/renderer/features/' },
    },
    {
      name: 'the-preload-is-native-only',
      severity: 'error',
      comment: 'The preload carries no data API.',
      from: { path: '^src/preload/' },
      to: { path: '^src/(main|renderer)/' },
    },
    {
      name: 'no-development-package-at-run-time',
      severity: 'error',
      comment: 'What Node runs is not bundled: its packages must be dependencies.',
      from: { path: '^src/main/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '(^|/)(electron|@types)(/|$)' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|woff2|wasm|svg|png)$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
