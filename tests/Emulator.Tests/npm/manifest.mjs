// Judges a manifest with the real @forge/manifest, as "forge lint" does: node manifest.mjs <folder>. Prints {success, errors}.
import manifest from '@forge/manifest';

process.chdir(process.argv[2]);
const { success, errors } = await manifest.validate();
console.log(JSON.stringify({ success, errors: (errors ?? []).map(error => error.message) }));
