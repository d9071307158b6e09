// The first lines run on any Node: nothing native is loaded before the version is known to fit.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `CommandCenter needs Node 22.12 or newer and this is ${process.versions.node}: use "npm run cli -- <command>", which brings a fitting one along.\n`,
  );
  process.exit(1);
}

const { commandLine } = await import('./cli/command-line.ts');
process.exitCode = await commandLine(process.argv.slice(2), import.meta.dirname);

export {};
