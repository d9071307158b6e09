// The first lines run on any Node: nothing native and no Electron is loaded before the versions are known to fit.
const { node, electron } = process.versions;
const [major = 0, minor = 0] = node.split('.').map(Number);

const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};
if (electron === undefined)
  refuse('This is the desktop application and needs Electron: start it with "npm start", or run "serve" under Node.');
if (major < 22 || (major === 22 && minor < 12))
  refuse(`CommandCenter needs Node 22.12 or newer and this is ${node}: start it with "npm start".`);

// Awaited on purpose: whatever must happen before Electron is ready happens while this module is still loading.
const { startDesktop } = await import('./desktop-center.ts');
startDesktop(import.meta.dirname);

export {};
