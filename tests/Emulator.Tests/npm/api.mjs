// Runs calls of the real @forge/api: node api.mjs <emulator> '[["remote-key", {…}], …]'. Prints what each came to.
const [emulator, calls] = process.argv.slice(2);

// What the platform gives a function.
globalThis.__forge_fetch__ = ({ type, remote }, path, init) => {
  if (type !== 'frc') throw new Error(`The emulator does not know the fetch type ${type}.`);
  return fetch(`${emulator}/frc/${remote}${path}`, { redirect: 'manual', ...init });
};

const { invokeRemote } = (await import('@forge/api')).default;

const outcomes = [];
for (const [remote, options] of JSON.parse(calls)) {
  outcomes.push(await invokeRemote(remote, options).then(
    async response => ({ resolved: { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() } }),
    error => ({ rejected: error.message }),
  ));
}
console.log(JSON.stringify(outcomes));
