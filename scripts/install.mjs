// Runs before `npm start` and `npm test` under whatever Node (20 or newer) the machine has: brings
// node_modules in line with package-lock.json, so that a fresh clone needs no step of its own.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
// The Node that the project pins: npm puts node_modules/.bin first in the PATH of its scripts.
const pinnedNode = join(modules, 'node', 'bin', 'node')

if (!isInstalled()) {
  console.log('Installing the packages of package-lock.json (10 to 30 seconds)...')
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error']
  // `ci` refuses a lockfile that lacks a package for some other platform; `install` does not mind.
  if (!npm('ci', ...quietly) && !npm('install', '--no-save', ...quietly)) {
    console.error('The packages could not be installed: `npm ci` tells more.')
    process.exit(1)
  }
}
// With `ignore-scripts` set, or a newer npm that asks first, the pinned Node has no binary yet.
if (!existsSync(pinnedNode)) npm('rebuild', 'node', '--ignore-scripts=false')
if (!existsSync(pinnedNode)) {
  console.error(
    'The package "node" could not install its binary; `npm rebuild node` tells more. ' +
      'Without it, Node 24 must be the `node` of your PATH.',
  )
}

/** npm notes what it installed in a lockfile of its own; it is absent after an interrupted install. */
function isInstalled() {
  const installed = readPackages(join(modules, '.package-lock.json'))
  if (installed === undefined) return false
  return Object.entries(readPackages(join(root, 'package-lock.json')) ?? {}).every(
    ([path, { version, optional }]) =>
      path === '' || optional === true || installed[path]?.version === version,
  )
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined
}

/** Whether npm succeeded. */
function npm(...args) {
  // Without node_modules/.bin, whose Node `npm ci` is about to delete.
  const path = (process.env.PATH ?? '').split(delimiter).filter((dir) => !dir.includes('.bin'))
  const { status } = spawnSync('npm', args, {
    cwd: root,
    stdio: 'ignore',
    env: { ...process.env, PATH: path.join(delimiter) },
  })
  return status === 0
}
