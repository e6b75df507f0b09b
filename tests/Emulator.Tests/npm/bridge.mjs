// Runs calls of the real @forge/bridge: node bridge.mjs <emulator> '[["invokeRemote", {…}], …]'. Prints what each came to.
const [emulator, calls] = process.argv.slice(2);

// The package keeps the bridge it finds when it is loaded, as it would in the frame of a Custom UI app.
globalThis.__bridge = {
  callBridge: async (command, payload) => {
    const response = await fetch(`${emulator}/bridge/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  },
};

// What the package uses of a browser, and Node has not.
const NodeRequest = globalThis.Request;
globalThis.Request = class extends NodeRequest {
  constructor(url, init) {
    super(new URL(url, 'https://app.example'), init);
  }
};
globalThis.FileReader = class {
  async readAsDataURL(blob) {
    this.result = `data:${blob.type};base64,${Buffer.from(await blob.arrayBuffer()).toString('base64')}`;
    this.onloadend();
  }
};

const { invokeRemote, invoke, requestRemote, requestJira, requestConfluence, requestBitbucket, view, realtime, showFlag } = (await import('@forge/bridge')).default;

const form = ({ fields, files }) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const [name, { text, type, fileName }] of Object.entries(files)) data.append(name, new File([text], fileName, { type }));
  return data;
};

const opened = async response => ({ status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() });

const run = {
  invokeRemote,
  invoke,
  getContext: () => view.getContext(),
  requestJira: async (path, init) => opened(await requestJira(path, init)),
  requestConfluence: async (path, init) => opened(await requestConfluence(path, init)),
  requestBitbucket: async path => opened(await requestBitbucket(path)),
  publish: () => realtime.publish('channel', {}),
  showFlag: async () => showFlag({ id: 'one' }).close(),
  requestRemote: async ({ remote, form: packed, ...init }) => {
    return opened(await requestRemote(remote, packed ? { ...init, body: form(packed) } : init));
  },
};

const outcomes = [];
for (const [name, ...given] of JSON.parse(calls)) {
  outcomes.push(await run[name](...given).then(resolved => ({ resolved }), error => ({ rejected: error.message })));
}
console.log(JSON.stringify(outcomes));
