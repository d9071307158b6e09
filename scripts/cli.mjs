// npm run cli -- <command>: the same center for a terminal.
import { join } from 'node:path';
import { become, ensureBuilt, ensureInstalled, nodePath, ROOT } from './setup.mjs';

ensureInstalled();
ensureBuilt();
become(nodePath(), [join(ROOT, 'out', 'main', 'cli.js'), ...process.argv.slice(2)]);
