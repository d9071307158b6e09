// The first lines run on any Node: nothing native is loaded before the version is known to fit.
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  process.stderr.write(
    `CommandCenter needs Node 22 or newer and this is ${process.versions.node}: start it with "npm start", which brings a fitting one along.\n`,
  );
  process.exit(1);
}

const { serve } = await import('./serve-center.ts');
await serve(process.argv.slice(2), import.meta.dirname);
