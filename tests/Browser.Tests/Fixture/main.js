// The real @forge/bridge, where a test can take hold of it.
import * as bridge from '@forge/bridge';

globalThis.forge = bridge;
globalThis.heard = [];
document.body.dataset.ready = '';
